/** Makes reasons and holds: every action and every hold says commit → file → rule → what was seen → result. */

import type { AliasPath, ApplicationId, ClusterId } from '../../schemas/ids.ts';
import { shortDigestOf } from '../../schemas/digest.ts';
import type { Because, Hold, HoldKind } from '../model/plan.ts';
import type { Origin } from '../model/problem.ts';

export function because(rule: string, text: string, origin: Origin | null, inputs: Because['inputs'] = {}): Because {
  return { rule, text, origin, inputs };
}

/** `holds` names exactly what is held back: it alone makes the id, so that an approval releases this and nothing else. */
export function hold(of: {
  readonly application: ApplicationId;
  readonly kind: HoldKind;
  readonly subject: ClusterId | AliasPath | null;
  readonly because: Because;
  readonly untilMs?: number | null;
  readonly holds?: unknown;
}): Hold {
  const { application, kind, subject, untilMs = null } = of;
  const id = `h-${shortDigestOf({ application, kind, subject, holds: of.holds ?? null })}`;
  return { id, kind, subject, because: of.because, untilMs };
}
