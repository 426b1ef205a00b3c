/** Laws that hold in every world: random applications, random histories of faults and commits. A failing seed is printed. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MemberId } from '../../schemas/ids.ts';
import type { DesiredApplication } from '../../reconciler/model/desired.ts';
import { emptyMemory, type Memory } from '../../reconciler/model/memory.ts';
import type { Observed, ObservedMember } from '../../reconciler/model/observed.ts';
import { check } from '../../reconciler/plan/check.ts';
import { plan } from '../../reconciler/plan/plan.ts';
import { carryOut, preview } from '../../reconciler/plan/preview.ts';
import { application, bundle, input, observed, type ClusterWords } from './world.ts';

const names = ['a', 'b', 'c', 'd'] as const;

const clusterWords = (index: number): fc.Arbitrary<ClusterWords> => fc.record({
  min: fc.integer({ min: 1, max: 4 }),
  after: fc.subarray(names.slice(0, index)),
  artifact: fc.boolean(),
  algorithm: fc.constantFrom('round-robin' as const, 'one-after-another' as const),
  partitions: fc.record({ p1: fc.integer({ min: 2, max: 5 }), p2: fc.integer({ min: 3, max: 5 }) }),
  image: fc.constantFrom('node', 'node-2'),
  update: fc.record({ maxSurge: fc.integer({ min: 0, max: 2 }), maxUnavailable: fc.integer({ min: 1, max: 2 }), strategy: fc.constantFrom('rolling' as const, 'all-at-once' as const, 'canary' as const) }),
});

const wanted: fc.Arbitrary<DesiredApplication> = fc.integer({ min: 1, max: 4 }).chain((count) =>
  fc.tuple(...names.slice(0, count).map((_, index) => clusterWords(index))).map((clusters) =>
    application('random', Object.fromEntries(clusters.map((words, index) => [names[index]!, balanced(words, index)])))));

/** The last predecessor is imported from, the cluster before is balanced: both kinds of peers occur. */
const balanced = (words: ClusterWords, index: number): ClusterWords =>
  ({ ...words, max: words.min! + 3, imports: Object.fromEntries((words.after ?? []).map((name) => [`${name.toUpperCase()}_URL`, name])), ...(index === 0 ? {} : { loadBalancer: names[0] }) });

type Event = { readonly kind: 'pass' | 'kill' | 'vanish' | 'silence' | 'refuse' | 'amnesia' | 'push' | 'commit' | 'deaf'; readonly which: number };
const event: fc.Arbitrary<Event> = fc.record({
  kind: fc.oneof({ weight: 8, arbitrary: fc.constant('pass' as const) }, fc.constantFrom('kill' as const, 'vanish' as const, 'silence' as const, 'refuse' as const, 'amnesia' as const, 'push' as const, 'commit' as const, 'deaf' as const)),
  which: fc.nat(100),
});

interface World { readonly application: DesiredApplication; readonly observed: Observed; readonly memory: Memory; readonly pushes: number }

function happen(world: World, event: Event, versions: readonly DesiredApplication[]): World {
  const { observed: seen } = world;
  const ids = [...seen.members.keys()];
  const one = ids[event.which % Math.max(1, ids.length)];
  const change = (id: MemberId | undefined, how: (member: ObservedMember) => ObservedMember): Observed => {
    const member = id && seen.members.get(id);
    return member ? { ...seen, members: new Map(seen.members).set(member.id, how(member)) } : seen;
  };
  switch (event.kind) {
    case 'kill': return { ...world, observed: change(one, (member) => ({ ...member, presence: member.presence === 'gone' ? 'gone' : 'failed' })) };
    case 'vanish': return { ...world, observed: change(one, (member) => ({ ...member, presence: 'gone' })) };
    case 'silence': return { ...world, observed: { ...change(one, (member) => (member.report ? { ...member, report: { ...member.report, receivedAtMs: 0 } } : member)), nowMs: seen.nowMs + 20_000 } };
    case 'refuse': return { ...world, observed: change(one, refuse) };
    case 'amnesia': return { ...world, memory: emptyMemory, observed: { ...seen, epoch: seen.epoch + 1 } };
    case 'push': return { ...world, pushes: world.pushes + 1, observed: { ...seen, artifacts: observed(world.application, Object.fromEntries(names.map((name) => [name, bundle(`${name} ${world.pushes + 2}`)]))).artifacts } };
    case 'commit': return { ...world, application: versions[event.which % versions.length]! };
    case 'deaf': return { ...world, observed: { ...seen, hearingSinceMs: seen.hearingSinceMs === null ? seen.nowMs : null } };
    case 'pass': return pass(world);
  }
}

function refuse(member: ObservedMember): ObservedMember {
  const held = member.report?.artifacts[0];
  if (!member.report || !held) return member;
  return { ...member, report: { ...member.report, refused: [{ ...held, digest: bundle(`${member.id} refused`).digest, reason: 'no' }] } };
}

function pass(world: World): World {
  const asked = input(world.application, { observed: world.observed, memory: world.memory });
  const decision = plan(asked);
  expect(check(decision.plan, asked)).toEqual([]);
  const after = carryOut(world.observed, decision.plan.actions);
  oneLifePerSlot(after);
  underTheCeilings(world.application, after);
  return { ...world, observed: after, memory: decision.memory };
}

function oneLifePerSlot(seen: Observed): void {
  const seats = [...seen.members.values()].filter((member) => member.presence !== 'gone').map((member) => `${member.cluster}#${member.slot}`);
  expect(new Set(seats).size).toBe(seats.length);
}

function underTheCeilings(wantedNow: DesiredApplication, seen: Observed): void {
  for (const cluster of wantedNow.root.clusters) {
    const there = [...seen.members.values()].filter((member) => member.presence !== 'gone' && member.cluster.endsWith(`/${cluster.alias}`) && !member.report?.serving.includes('draining'));
    expect(there.length).toBeLessThanOrEqual(Math.max(cluster.max, 7) + cluster.update.maxSurge);
  }
}

const history = fc.tuple(fc.array(wanted, { minLength: 1, maxLength: 3 }), fc.array(event, { maxLength: 40 }));

test('no history of faults and commits makes a plan that breaks a law, and when the faults end the world settles', { timeout: 120_000 }, () => {
  fc.assert(fc.property(history, ([versions, events]) => {
    let world: World = { application: versions[0]!, observed: observed(versions[0]!), memory: emptyMemory, pushes: 0 };
    for (const one of events) world = happen(world, one, versions);
    const calm: Observed = { ...world.observed, hearingSinceMs: 0, nowMs: world.observed.nowMs + 700_000, artifacts: observed(world.application, Object.fromEntries(names.map((name) => [name, bundle(`${name} last`)]))).artifacts };
    const end = settle(world.application, calm, world.memory);
    for (const cluster of world.application.root.clusters) {
      const active = [...end.members.values()].filter((member) => member.cluster.endsWith(`/${cluster.alias}`) && member.report?.status === 'active');
      expect([cluster.alias, active.length]).toEqual([cluster.alias, cluster.min]);
    }
  }), { numRuns: 300 });
});

/** Back-off and breakers end with time: preview stops where only time helps, so time is given. */
function settle(wantedNow: DesiredApplication, from: Observed, remembered: Memory): Observed {
  let seen = from;
  let memory = remembered;
  for (let round = 0; round < 12; round += 1) {
    const end = preview(input(wantedNow, { observed: seen, memory }), 400);
    seen = { ...end.observed, nowMs: end.observed.nowMs + 700_000 };
    seen = { ...seen, members: new Map([...seen.members].map(([id, member]) => [id, member.report ? { ...member, report: { ...member.report, receivedAtMs: seen.nowMs } } : member])) };
    memory = end.memory;
  }
  return seen;
}

test('the same snapshot gives the same plan, byte for byte', () => {
  fc.assert(fc.property(wanted, (one) => {
    const asked = input(one);
    expect(JSON.stringify(plan(asked).plan)).toBe(JSON.stringify(plan(asked).plan));
  }), { numRuns: 50 });
});

test('planning again after everything was done asks for nothing', () => {
  fc.assert(fc.property(wanted, (one) => {
    const end = preview(input(one), 400);
    expect(end.settled).toBe(true);
    expect(plan(input(one, { observed: end.observed, memory: end.memory })).plan.actions).toEqual([]);
  }), { numRuns: 100 });
});
