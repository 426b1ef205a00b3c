/** The members of a cluster at a glance: a dot each, or, when they are many, a bar of their shares. */

import type { Member } from '../../schemas/api/bodies.generated.ts';
import { tally, tallyText } from '../model/tally.ts';
import { toneOfMember } from '../model/tone.ts';

const dotsMax = 24;

export function MemberDots({ members }: { readonly members: readonly Member[] }) {
  if (members.length > dotsMax) return <ShareBar members={members} />;
  return (
    <span class="dots" role="img" aria-label={tallyText(members)} title={tallyText(members)}>
      {members.map((member) => <span key={member.id} class="glyph" data-tone={toneOfMember(member)} />)}
    </span>
  );
}

function ShareBar({ members }: { readonly members: readonly Member[] }) {
  let start = 0;
  const shares = tally(members).map(({ tone, count }) => {
    const share = { tone, start, length: (count / members.length) * 100 };
    start += share.length;
    return share;
  });
  return (
    <svg class="shares" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={tallyText(members)}>
      <title>{tallyText(members)}</title>
      {shares.map((share) => <rect key={share.tone} data-tone={share.tone} x={share.start} y="0" width={share.length} height="8" />)}
    </svg>
  );
}
