import { describe, expect, test } from 'vitest';
import { emptyMemory } from '../../reconciler/model/memory.ts';
import type { Observed } from '../../reconciler/model/observed.ts';
import type { DesiredApplication } from '../../reconciler/model/desired.ts';
import { check } from '../../reconciler/plan/check.ts';
import { plan } from '../../reconciler/plan/plan.ts';
import { preview, type Preview } from '../../reconciler/plan/preview.ts';
import type { PlanInput } from '../../reconciler/plan/situation.ts';
import { application, bundle, input, observed, shop } from './world.ts';

const after = (before: Preview, wanted: DesiredApplication, more: Partial<PlanInput> = {}): PlanInput =>
  input(wanted, { observed: before.observed, memory: before.memory, ...more });
const running = (wanted = shop()): Preview => preview(input(wanted));
const kinds = (steps: Preview): string[] => steps.steps.map((step) => step.actions.map((action) => `${action.type} ${nameOf(action)}`).sort().join(', '));
const nameOf = (action: Preview['steps'][number]['actions'][number]): string => (action.type === 'start-member' ? action.launch.member : action.member).split('-').slice(1, 4).join('-');
const alive = (steps: Preview): string[] => [...steps.observed.members.keys()].map((id) => id.split('-').slice(1, 3).join('-')).sort();
const edit = (world: Preview, change: (member: NonNullable<ReturnType<Observed['members']['get']>>) => Partial<NonNullable<ReturnType<Observed['members']['get']>>> | null): Observed => {
  const members = [...world.observed.members].flatMap(([id, member]) => {
    const changed = change(member);
    return changed === null ? [[id, member] as const] : [[id, { ...member, ...changed }] as const];
  });
  return { ...world.observed, members: new Map(members) };
};
const silent = (pattern: RegExp) => (world: Preview): Observed => {
  const nowMs = world.observed.nowMs + 13_000;
  const members = [...world.observed.members].map(([id, member]) =>
    [id, pattern.test(id) || !member.report ? member : { ...member, report: { ...member.report, receivedAtMs: nowMs } }] as const);
  return { ...world.observed, nowMs, members: new Map(members) };
};

describe('start', () => {
  test('a tier starts when the one before it is active, and says what it waits for', () => {
    const world = running();
    expect(world.settled).toBe(true);
    expect(kinds(world).filter((line) => line.includes('start-member'))).toEqual([
      'start-member store-0-1', 'start-member api-0-1', 'start-member web-0-1, start-member web-1-1', 'start-member lb-0-1',
    ]);
    expect(world.steps[0]!.holds.map((hold) => hold.because.text)).toEqual([
      'waits for store (0 of 1 active)', 'waits for api (0 of 1 active)', 'waits for web (0 of 2 active)',
    ]);
  });

  test('a settled world needs nothing', () => {
    const world = running();
    expect(plan(after(world, shop())).plan.actions).toEqual([]);
  });

  test('a start that its provider refuses is a hold that says why', () => {
    const wanted = application('one', { web: {} });
    const first = input(wanted);
    const launch = plan(first).plan.actions.flatMap((action) => (action.type === 'start-member' ? [action.launch] : []))[0]!;
    const { member: id, cluster, slot, incarnation, partition, provider, digest: launchDigest, decidedAtMs: launchedAtMs } = launch;
    const attempts = { count: 2, lastError: 'there is no image "nodee"; did you mean node?', nextAtMs: first.observed.nowMs + 5_000 };
    const asked = { id, cluster, slot, incarnation, partition, provider, launchDigest, launchedAtMs, presence: 'asked', launch, attempts, report: null } as const;
    const { plan: made } = plan({ ...first, observed: { ...first.observed, members: new Map([[id, asked]]) } });
    expect(made.actions.filter((action) => action.type === 'start-member')).toEqual([]);
    expect(made.holds.map((hold) => [hold.kind, hold.because.text, hold.untilMs])).toEqual([['back-off', `${id} cannot start: there is no image "nodee"; did you mean node?`, attempts.nextAtMs]]);
  });

  test('no bundle, no start', () => {
    const wanted = application('one', { web: { artifact: true } });
    const none: Observed = { ...observed(wanted), artifacts: new Map([...observed(wanted).artifacts].map(([id]) => [id, { head: null, bundle: null, failure: 'the branch does not exist' }])) };
    const { plan: made } = plan(input(wanted, { observed: none }));
    expect(made.actions).toEqual([]);
    expect(made.holds.map((hold) => [hold.kind, hold.because.text])).toEqual([['artifact-missing', 'no bundle of artifacts/web.git yet: the branch does not exist']]);
  });
});

describe('the count', () => {
  test('up by a commit: new members in the lowest free slots, the balancer hears of them when they serve', () => {
    const grown = preview(after(running(), shop({ min: 4 })));
    expect(kinds(grown)).toEqual(['start-member web-2-1, start-member web-3-1', 'assign web-2-1, assign web-3-1', 'assign lb-0-1']);
  });

  test('down: the balancer lets go first, then they drain, then they stop', () => {
    const grown = preview(after(running(), shop({ min: 4 })));
    const shrunk = preview(after(grown, shop()));
    expect(kinds(shrunk)).toEqual(['assign lb-0-1', 'assign web-2-1, assign web-3-1', 'stop-member web-2-1, stop-member web-3-1', 'forget-member web-2-1, forget-member web-3-1']);
    expect(alive(shrunk)).toEqual(['api-0', 'lb-0', 'store-0', 'web-0', 'web-1']);
  });

  test('never above what the partitions hold, and says so', () => {
    const world = preview(input(application('one', { web: { min: 5, partitions: { p1: 2, p2: 1 } } })));
    expect(alive(world)).toHaveLength(3);
    expect(world.steps.at(-1)!.holds.map((hold) => hold.because.text)).toEqual(['no partition of local has room for 2 more']);
  });
});

describe('healing', () => {
  test('a failed member is released, then its slot gets its next life', () => {
    const world = running();
    const healed = preview(after(world, shop(), { observed: edit(world, (member) => (member.id.includes('web-0') ? { presence: 'failed' } : null)) }));
    expect(kinds(healed).slice(0, 2)).toEqual(['assign lb-0-1, stop-member web-0-1', 'forget-member web-0-1, start-member web-0-2']);
    expect(alive(healed)).toEqual(['api-0', 'lb-0', 'store-0', 'web-0', 'web-1']);
  });

  test('all members gone: they come back in startup order', () => {
    const world = running();
    const healed = preview(after(world, shop(), { observed: edit(world, () => ({ presence: 'gone' })) }));
    expect(kinds(healed).filter((line) => line.includes('start-member')).map((line) => line.replaceAll(/forget-member [^,]*(, )?/g, ''))).toEqual([
      'start-member store-0-2', 'start-member api-0-2', 'start-member web-0-2, start-member web-1-2', 'start-member lb-0-2',
    ]);
  });

  test('silence replaces one member of a cluster, not more', () => {
    const world = running();
    const { plan: made } = plan(after(world, shop(), { observed: silent(/shop-web/)(world) }));
    expect(made.actions.filter((action) => action.type === 'stop-member')).toHaveLength(1);
    expect(made.holds.filter((hold) => hold.kind === 'breaker').map((hold) => hold.because.text)).toEqual(['2 of 2 members are silent while their provider still lists them; 1 may be replaced now']);
  });

  test('while the broker is away nobody is silent', () => {
    const world = running();
    const { plan: made } = plan(after(world, shop(), { observed: { ...silent(/./)(world), hearingSinceMs: null } }));
    expect(made.actions).toEqual([]);
  });

  test('a death counts once, however long the dead stay in sight', () => {
    const world = running();
    let asked = after(world, shop(), { observed: edit(world, (member) => (member.id.includes('web-0') ? { presence: 'gone' } : null)) });
    for (let again = 0; again < 6; again += 1) asked = { ...asked, memory: plan(asked).memory };
    expect(Object.entries(asked.memory.slots).filter(([key]) => key.endsWith('web#0')).map(([, slot]) => slot.failures)).toEqual([1]);
  });

  test('a silent member that was judged stays judged, whatever it says on its way out, and costs the breaker nothing more', () => {
    const world = running();
    const first = after(world, shop(), { observed: silent(/shop-web-0/)(world) });
    const decided = plan(first);
    const waking = { ...first.observed, nowMs: first.observed.nowMs + 1_000, members: new Map([...first.observed.members].map(([id, member]) =>
      [id, id.includes('web-0') && member.report ? { ...member, report: { ...member.report, serving: 'no(draining)' as const, receivedAtMs: first.observed.nowMs + 900 } } : member] as const)) };
    const { plan: made } = plan({ ...first, observed: waking, memory: decided.memory });
    expect(made.actions.map((action) => `${action.type} ${nameOf(action)}`)).toEqual(['stop-member web-0-1']);
    expect(made.holds).toEqual([]);
  });

  test('a slot that fails again and again waits longer and longer', () => {
    const wanted = application('one', { web: {} });
    let memory = emptyMemory;
    let world = observed(wanted);
    const delays: number[] = [];
    for (let life = 0; life < 6; life += 1) {
      const decision = plan(input(wanted, { observed: world, memory }));
      const started = decision.plan.actions.find((action) => action.type === 'start-member')!;
      const gone = { id: started.launch.member, cluster: started.launch.cluster, slot: 0, incarnation: started.launch.incarnation, partition: started.launch.partition, provider: started.launch.provider, launchDigest: started.launch.digest, launchedAtMs: world.nowMs, presence: 'gone', launch: started.launch, attempts: null, report: null } as const;
      const dead = plan(input(wanted, { observed: { ...world, nowMs: world.nowMs + 10, members: new Map([[gone.id, gone]]) }, memory: decision.memory }));
      const notBeforeMs = Object.values(dead.memory.slots)[0]!.notBeforeMs;
      delays.push(notBeforeMs - world.nowMs - 10);
      memory = dead.memory;
      world = { ...world, nowMs: notBeforeMs };
    }
    expect(delays).toEqual([0, 0, 0, 1_000, 2_000, 4_000]);
  });
});

describe('a roll-out', () => {
  const next = (world: Preview, bundles: Parameters<typeof observed>[1]): Observed => ({ ...world.observed, artifacts: observed(shop(), bundles).artifacts });

  test('one member at a time leaves the balancer, swaps, and comes back', () => {
    const world = running();
    const rolled = preview(after(world, shop(), { observed: next(world, { web: bundle('web 2') }) }));
    expect(kinds(rolled)).toEqual(['assign lb-0-1', 'assign web-0-1', 'assign lb-0-1', 'assign web-1-1', 'assign lb-0-1']);
    expect(Object.values(rolled.memory.rollouts).map((rollout) => rollout.verdict)).toEqual(['good', 'good', 'good', 'good']);
  });

  test('while it is under way a hold says how far it is', () => {
    const world = running();
    const { plan: made } = plan(after(world, shop(), { observed: next(world, { web: bundle('web 2') }) }));
    expect(made.holds.map((hold) => [hold.kind, hold.because.text])).toEqual([['rollout-waits', `commit ${bundle('web 2').commit.slice(0, 12)} of artifacts/web.git is on 0 of 2 members`]]);
  });

  test('a cluster of one swaps in place', () => {
    const world = running();
    const rolled = preview(after(world, shop(), { observed: next(world, { store: bundle('store 2') }) }));
    expect(kinds(rolled)[0]).toBe('assign store-0-1');
  });

  test('a refusal stops the wave: the others keep what they have, new members get the last good one', () => {
    const world = running();
    const bad = bundle('web 2');
    const refusing = edit({ ...world, observed: next(world, { web: bad }) }, (member) => {
      if (!member.id.includes('web-0') || !member.report) return null;
      const repository = member.report.artifacts[0]!.repository;
      return { report: { ...member.report, refused: [{ repository, commit: bad.commit, digest: bad.digest, reason: 'exit code 1' }] } };
    });
    const stopped = preview(after(world, shop({ min: 3 }), { observed: refusing }));
    const web = [...stopped.observed.members.values()].filter((member) => member.id.includes('-web-'));
    expect(web.map((member) => member.report?.artifacts[0]?.commit)).toEqual(Array.from({ length: 3 }, () => bundle('web 1').commit));
    expect(stopped.steps.at(-1)!.holds.map((hold) => hold.kind)).toEqual(['rollout-failed']);
  });

  test('another folder or branch of the repository is left as carefully as an older commit', () => {
    const world = running();
    const moved = shop();
    const web = moved.root.clusters.find((cluster) => cluster.alias === 'web')!;
    const other = { ...web, artifact: { ...web.artifact!, repository: 'another' as NonNullable<typeof web.artifact>['repository'], path: 'next' } };
    const wanted = { ...moved, root: { ...moved.root, clusters: moved.root.clusters.map((cluster) => (cluster.alias === 'web' ? other : cluster)) } };
    const seen = { ...world.observed, artifacts: new Map([...world.observed.artifacts, [other.artifact.repository, { head: null, bundle: bundle('web elsewhere'), failure: null }] as const]) };
    const rolled = preview(after(world, wanted, { observed: seen }));
    const swaps = rolled.steps.map((step) => step.actions.flatMap((action) => (action.type === 'assign' && action.assignment.artifacts[0]?.digest === bundle('web elsewhere').digest ? [nameOf(action)] : [])));
    expect(swaps.filter((names) => names.length > 0)).toEqual([['web-0-1'], ['web-1-1']]);
    expect(rolled.settled).toBe(true);
  });

  test('while nothing is known of a bundle, members keep what they hold', () => {
    const world = running();
    const blind = { ...world.observed, epoch: 2, artifacts: new Map([...world.observed.artifacts.keys()].map((id) => [id, { head: null, bundle: null, failure: null }] as const)) };
    const { plan: made } = plan(after(world, shop(), { observed: blind, memory: emptyMemory }));
    const held = made.actions.flatMap((action) => (action.type === 'assign' ? [action.assignment.artifacts.length] : []));
    expect(held).toEqual(held.map(() => 1));
  });

  test('a changed launch starts the successor first', () => {
    const world = running();
    const rolled = preview(after(world, shop({ image: 'node-2' })));
    expect(kinds(rolled)[0]).toBe('start-member web-2-2'.replace('2-2', '2-1'));
    expect(rolled.settled).toBe(true);
    expect(new Set([...rolled.observed.members.values()].filter((member) => member.id.includes('web')).map((member) => member.launch?.settings.image))).toEqual(new Set(['node-2']));
  });

  test('without a surge as many as may be down leave first', () => {
    const before = shop({ update: { maxSurge: 0 } });
    const world = running(before);
    const rolled = preview(after(world, shop({ image: 'node-2', update: { maxSurge: 0 } })));
    expect(kinds(rolled).slice(0, 2)).toEqual(['assign lb-0-1', 'assign web-1-1']);
    expect(rolled.settled).toBe(true);
  });
});

describe('a removal', () => {
  test('dependents leave first', () => {
    const world = running();
    const removed = preview(after(world, shop(), { withdrawn: true }));
    expect(removed.observed.members.size).toBe(0);
    expect(kinds(removed).filter((line) => line.includes('stop-member'))).toEqual(['stop-member lb-0-1', 'stop-member web-0-1, stop-member web-1-1', 'stop-member api-0-1', 'stop-member store-0-1']);
  });

  test('waits while the definitions cannot be read', () => {
    const { plan: made } = plan(after(running(), shop(), { withdrawn: true, removalsHeldBy: 'new.yaml cannot be read' }));
    expect(made.actions).toEqual([]);
    expect(made.holds.map((hold) => hold.kind)).toEqual(['stale-input']);
  });

  test('what waits for its removal is healed meanwhile', () => {
    const world = running();
    const observed = edit(world, (member) => (member.id.includes('web-0') ? { presence: 'gone' } : null));
    const { plan: made } = plan(after(world, shop(), { withdrawn: true, removalsHeldBy: 'new.yaml cannot be read', observed }));
    expect(made.actions.map((action) => action.type)).toContain('start-member');
  });

  test('of two applications at once needs an approval, which releases just that', () => {
    const world = running();
    const together = after(world, shop(), { withdrawn: true, withdrawnTogether: [shop().id, application('other', {}).id] });
    const { plan: held } = plan(together);
    expect(held.actions).toEqual([]);
    const id = held.holds[0]!.id;
    const approvals = new Map([[id, { hold: id, reason: 'closing', expiresAtMs: Number.MAX_SAFE_INTEGER, origin: shop().origin }]]);
    expect(plan({ ...together, approvals }).plan.actions.length).toBeGreaterThan(0);
    expect(plan({ ...together, approvals: new Map([[id, { hold: id, reason: 'closing', expiresAtMs: 1, origin: shop().origin }]]) }).plan.actions).toEqual([]);
  });

  test('nothing moves while paused', () => {
    const { plan: made } = plan(after(running(), { ...shop({ min: 9 }), paused: { reason: 'audit' } }));
    expect(made.actions).toEqual([]);
    expect(made.holds.map((hold) => hold.because.text)).toEqual(['paused: audit']);
  });
});

test('a member with an action in flight is told nothing, and nothing is remembered as told', () => {
  const world = running();
  const [lb] = [...world.observed.members.keys()].filter((id) => id.includes('-lb-'));
  const asked = after(world, shop({ min: 1 }), { observed: { ...world.observed, inFlight: new Set([lb!]) } });
  const during = plan(asked);
  expect(during.plan.actions).toEqual([]);
  expect(during.memory.assigned[lb!]).toEqual(world.memory.assigned[lb!]);
  expect(plan({ ...asked, observed: world.observed, memory: during.memory }).plan.actions.map(nameOf)).toContain('lb-0-1');
});

describe('memory lost', () => {
  test('restarts nothing and removes nothing', () => {
    const world = running();
    const { plan: made } = plan(after(world, shop(), { memory: emptyMemory, observed: { ...world.observed, epoch: 2 } }));
    expect(made.actions.every((action) => action.type === 'assign')).toBe(true);
  });

  test('a table is not made before the members have spoken', () => {
    const world = running();
    const mute = { ...edit(world, () => ({ report: null })), hearingSinceMs: world.observed.nowMs + 1_000 };
    const { plan: made } = plan(after(world, shop(), { observed: { ...mute, nowMs: world.observed.nowMs + 2_000 }, memory: emptyMemory }));
    expect(made.actions.filter((action) => action.type === 'assign').map(nameOf)).toEqual(['store-0-1']);
  });
});

test('every plan of the stories obeys the laws', () => {
  const asked = input(shop());
  expect(check(plan(asked).plan, asked)).toEqual([]);
  const twice = plan(asked).plan;
  expect(check({ ...twice, actions: [...twice.actions, ...twice.actions.map((action) => (action.type === 'start-member' ? { ...action, launch: { ...action.launch, member: 'another' as typeof action.launch.member } } : action))] }, asked)).not.toEqual([]);
});
