/** The page's pure parts, without a browser. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action, Event, Hold, Member } from '../../schemas/api/bodies.generated.ts';
import { groupActions } from '../../console/model/action-groups.ts';
import { approvalFor } from '../../console/model/approval.ts';
import { backOffMs } from '../../console/model/back-off.ts';
import { authorName, shortCommit, splitMessage } from '../../console/model/commit-text.ts';
import { eventStreamReader, type Message } from '../../console/model/event-stream.ts';
import { eventsOf, foldEvents } from '../../console/model/fold-events.ts';
import { headlineOf, type Seen } from '../../console/model/headline.ts';
import { linkTarget } from '../../console/model/link.ts';
import { placeText } from '../../console/model/place-text.ts';
import { tally, tallyText } from '../../console/model/tally.ts';
import { agoText } from '../../console/model/time-text.ts';
import { toneOfMember } from '../../console/model/tone.ts';

const event = (sequence: number, of: Partial<Event> = {}): Event => ({ sequence, at: `2026-11-22T00:00:${String(sequence % 60).padStart(2, '0')}Z`, tenant: 'default', application: 'shop', type: 'decided', text: '', because: null, facts: {}, ...of });
const member = (status: Member['status'], serving: Member['serving']): Member => ({ id: 'm', slot: 0, incarnation: 1, status, serving, partition: 'local/left', endpoints: [], artifacts: [], since: '', remark: '' });

describe('the event stream', () => {
  const stream = ': hello\r\nretry: 2000\r\n\r\nevent: change\ndata: {"version":"v1"}\n\nid: 7\nevent: journal\ndata: {"a":\ndata: 1}\n\ndata: last\r\r';
  const messages: Message[] = [
    { event: 'change', data: '{"version":"v1"}', id: '' }, { event: 'journal', data: '{"a":\n1}', id: '7' }, { event: 'message', data: 'last', id: '7' },
  ];

  test('is the same however it is cut', () => {
    fc.assert(fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
      const read = eventStreamReader();
      const ends = [...new Set([0, ...cuts, stream.length])].sort((a, b) => a - b);
      const found = ends.flatMap((end, index) => (index === 0 ? [] : read(stream.slice(ends[index - 1], end))));
      // A line end that may still be half of one is told with what comes after it.
      expect([...found, ...read('\n')]).toEqual(messages);
    }));
  });

  test('leaves out comments and events without data', () => {
    expect(eventStreamReader()(': ping\n\nevent: empty\n\n')).toEqual([]);
  });

  test('does not keep a message without end', () => {
    const read = eventStreamReader();
    expect(() => { for (let index = 0; index < 8; index += 1) read('x'.repeat(1024 * 1024)); }).toThrow('too large');
  });
});

describe('events', () => {
  test('are kept newest first, and no more than the bound', () => {
    expect(foldEvents([event(2), event(1)], [event(3), event(4)], 3).map(({ sequence }) => sequence)).toEqual([4, 3, 2]);
  });

  test('that are known already change nothing', () => {
    const known = [event(2), event(1)];
    expect(foldEvents(known, [event(1), event(2)], 10)).toBe(known);
  });

  test('of a new journal replace those of the old one', () => {
    expect(foldEvents([event(9), event(8)], [event(1, { at: 'later' }), event(2, { at: 'later' })], 10).map(({ sequence }) => sequence)).toEqual([2, 1]);
  });

  test('are chosen by application', () => {
    const all = [event(3), event(2, { application: 'blog' }), event(1, { application: null })];
    expect([eventsOf(all, null), eventsOf(all, 'blog')].map((list) => list.map(({ sequence }) => sequence))).toEqual([[3, 2, 1], [2]]);
  });
});

test('attempts to connect come later and later, and never all at once', () => {
  expect([1, 2, 3, 4, 5, 6, 50].map((attempt) => backOffMs(attempt, 0))).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  expect(backOffMs(9, 0.999_99)).toBe(30_000);
});

describe('addresses', () => {
  test.each([['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/'], ['HTTPS://Example.com/a?b', 'https://example.com/a?b']])('%s becomes a link', (address, target) => {
    expect(linkTarget(address)).toBe(target);
  });

  test.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,<script>', 'vbscript:x', 'file:///etc/passwd', 'tcp://127.0.0.1:5432', '//evil.example', '/path', '', 'http://', 'http://a\tb', 'http://a.example/\u202Egnp.exe'])('%j stays text', (address) => {
    expect(linkTarget(address)).toBeNull();
  });
});

test('times are told by the largest unit that fits', () => {
  const now = 1_000_000_000;
  expect([0, 999, 1_000, 59_999, 60_000, 3_600_000, 90_000_000, -5_000].map((ago) => agoText(now, now - ago))).toEqual(['now', 'now', '1 s ago', '59 s ago', '1 min ago', '1 h ago', '1 d ago', 'in 5 s']);
  expect(agoText(now, Number.NaN)).toBe('');
});

test('commits are told by subject, name and first digits', () => {
  expect(splitMessage('web: four\r\n\r\nBecause of load.\n')).toEqual({ subject: 'web: four', body: 'Because of load.' });
  expect(splitMessage('one line')).toEqual({ subject: 'one line', body: '' });
  expect([authorName('Ann Example <ann@example.com>'), authorName('<ann@example.com>'), shortCommit('0123456789abcdef')]).toEqual(['Ann Example', '<ann@example.com>', '01234567']);
});

test('places are told as compilers tell them', () => {
  expect([{ file: 'a.yaml', line: 3, column: 4 }, { file: 'a.yaml', line: 3, column: null }, { file: 'a.yaml', line: null, column: 4 }].map(placeText)).toEqual(['a.yaml:3:4', 'a.yaml:3', 'a.yaml']);
});

describe('members', () => {
  test('are counted by tone and by the words of the API', () => {
    const members = [member('active', 'yes'), member('active', 'no(updating)'), member('starting', 'no(starting)'), member('active', 'yes')];
    expect(tally(members)).toEqual([{ tone: 'good', count: 2 }, { tone: 'coming', count: 1 }, { tone: 'busy', count: 1 }]);
    expect(tallyText(members)).toBe('2 active; 1 active, serving no(updating); 1 starting');
    expect(tallyText([])).toBe('no members');
  });

  test('with a word that is not known yet are shown without a verdict', () => {
    expect(toneOfMember(member('hibernating' as Member['status'], 'yes'))).toBe('gone');
  });
});

describe('a plan', () => {
  const because = { rule: 'required/minimum', text: 'web has 2 of 4', origin: null, inputs: {} };
  const start: Action = { kind: 'start-member', application: 'shop', cluster: 'web', clusterId: 'c', networkPartition: 'local', partition: 'p', member: 'm1', because };

  test('tells what is done for the same reason once', () => {
    const groups = groupActions([start, { ...start, kind: 'stop-member', member: 'm9' }, { ...start, member: 'm2' }, { ...start, member: 'm3', because: { ...because, text: 'another' } }]);
    expect(groups.map(({ actions }) => actions.map(({ member }) => member))).toEqual([['m1', 'm2'], ['m9'], ['m3']]);
    expect(new Set(groups.map(({ key }) => key)).size).toBe(3);
  });

  test('says how a hold is released when a person can', () => {
    expect(approvalFor({ id: 'h-3f9ac1', kind: 'needs-approval' }, Date.parse('2026-11-22T03:20:00Z'))).toBe(
      'apiVersion: stratos/v1\nkind: Approval\nmetadata: {name: approve-h-3f9ac1}\nspec:\n  hold: h-3f9ac1\n  reason: why this is right\n  expires: 2026-11-23T04:00:00Z',
    );
    expect(approvalFor({ id: 'h-1', kind: 'breaker' }, 0)).toBeNull();
  });
});

describe('the headline', () => {
  const seen = (of: { errors?: number; holds?: Hold['kind'][]; actions?: number; wanted?: number; active?: number; applications?: number; revision?: string | null }): Seen => ({
    status: { revision: of.revision === undefined ? 'a' : of.revision, sources: [], problemCounts: { error: of.errors ?? 0, warning: 3, info: 0 } },
    applications: Array.from({ length: of.applications ?? 1 }, () => ({ name: 'shop', tenant: 'default', status: 'Active', revision: 'a', members: { wanted: of.wanted ?? 4, active: of.active ?? 4 } })),
    plans: [{ application: 'shop', tenant: 'default', revision: 'a', observedAt: '', actions: Array.from({ length: of.actions ?? 0 }, () => ({}) as Action), holds: (of.holds ?? []).map((kind) => ({ kind }) as Hold) }],
  });

  test.each([
    [seen({}), 'good', 'Everything runs as Git wants it'],
    [seen({ actions: 2, active: 2 }), 'coming', '2 actions under way · 2 of 4 members active'],
    [seen({ errors: 1, actions: 1 }), 'bad', '1 error in the definitions · 1 action under way'],
    [seen({ holds: ['needs-approval', 'waits-for'] }), 'bad', '1 removal waiting for an approval · 1 hold'],
    [seen({ applications: 0 }), 'gone', 'No application is defined yet'],
    [seen({ applications: 0, revision: null }), 'coming', 'No source has been read yet'],
  ])('%# says what matters most first', (state, tone, text) => {
    expect(headlineOf(state)).toEqual({ tone, text });
  });
});
