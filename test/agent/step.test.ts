import { describe, expect, it } from 'vitest';
import { digestOf } from '../../schemas/digest.ts';
import { objectId, repositoryId } from '../../schemas/ids.ts';
import type { AssignedArtifact, Assignment } from '../../schemas/messages/assignment.ts';
import { memberStatuses } from '../../schemas/messages/report.ts';
import { abandons, keyOf, servingOf, step, type Operation, type Self } from '../../agent/step.ts';
import { forward } from '../../agent/state.ts';

const repository = repositoryId('web');

function artifact(digit: string): AssignedArtifact {
  return { repository, commit: objectId(digit.repeat(40)), digest: digestOf(digit), url: digit, bytes: 1 };
}

function inForce(digit: string): Self['inForce'][number] {
  const { commit, digest } = artifact(digit);
  return { repository, commit, digest };
}

const one = artifact('1');
const two = artifact('2');
const environment = digestOf('environment');
const peers = digestOf('peers');
const generation = { epoch: 1, counter: 5 };

/** A member at rest, serving commit 1. */
const serving: Self = {
  status: 'active', stopping: false, portsOpen: true,
  environment: { running: environment, wanted: environment }, peers: { told: peers, wanted: peers },
  needsArtifact: true, inForce: [inForce('1')], onDisk: new Set([one.digest]), fetching: null, refused: [],
  workload: 'up', failuresMs: [], applied: generation, drainDeadlineMs: null, quietSinceMs: 0, attempts: new Map(),
};
const newborn: Self = {
  ...serving, status: 'created', portsOpen: false, environment: { running: null, wanted: null }, peers: { told: null, wanted: null },
  inForce: [], onDisk: new Set(), workload: 'none', applied: null,
};
const wish: Assignment = {
  generation, artifacts: [one], peers: [], imports: {}, environment: {}, duty: 'serve', timeouts: { drainMs: 1000, startMs: 1000, extensionMs: 1000 },
};

function next(self: Partial<Self>, wanted: Partial<Assignment> | null = {}, nowMs = 100_000): Operation | null {
  return step({ ...serving, ...self }, wanted === null ? null : { ...wish, ...wanted }, nowMs).operation;
}

function remark(self: Partial<Self>, wanted: Partial<Assignment> | null = {}, nowMs = 100_000): string {
  return step({ ...serving, ...self }, wanted === null ? null : { ...wish, ...wanted }, nowMs).remark;
}

describe('a member comes up', () => {
  it('opens its ports before anything is assigned', () => expect(next(newborn, null)).toEqual({ kind: 'open-ports' }));

  it('waits for an assignment', () => expect(next({ ...newborn, portsOpen: true }, null)).toBeNull());

  it('opens outlets, tells peers, fetches, starts and settles, in this order', () => {
    const self = { ...newborn, status: 'initialized', portsOpen: true, peers: { told: null, wanted: peers } } as const;
    expect(next(self)).toEqual({ kind: 'open-outlets' });
    const outlets = { ...self, environment: { running: null, wanted: environment } };
    expect(next(outlets)).toEqual({ kind: 'tell-peers' });
    const told = { ...outlets, peers: { told: peers, wanted: peers } };
    expect(next(told)).toEqual({ kind: 'fetch', artifact: one });
    const fetched = { ...told, onDisk: new Set([one.digest]) };
    expect(next(fetched)).toEqual({ kind: 'start', artifacts: [inForce('1')] });
    const started = { ...fetched, status: 'active', workload: 'up', inForce: [inForce('1')], environment: { running: environment, wanted: environment } } as const;
    expect(next(started)).toEqual({ kind: 'settle' });
    expect(next({ ...started, applied: generation })).toBeNull();
  });

  it('goes on with everything else while a bundle is on its way', () => {
    const self = { fetching: two.digest, peers: { told: null, wanted: peers } };
    expect(next(self, { artifacts: [two] })).toEqual({ kind: 'tell-peers' });
    expect(next({ fetching: two.digest }, { artifacts: [two] })).toBeNull();
    expect(next({ fetching: two.digest, workload: 'down', failuresMs: [99_990] }, { artifacts: [two] })).toEqual({ kind: 'heal' });
  });

  it('waits when it needs an artifact and has none', () => {
    const self = { ...newborn, portsOpen: true, environment: { running: null, wanted: environment } };
    expect(next(self, { artifacts: [] })).toBeNull();
    expect(remark(self, { artifacts: [] })).toContain('needs one');
    expect(next({ ...self, needsArtifact: false }, { artifacts: [] })).toEqual({ kind: 'start', artifacts: [] });
  });

  it('starts what was in force after a restart when the newer one was refused', () => {
    const refused = [{ ...inForce('2'), reason: 'no', generation }];
    expect(next({ workload: 'none', refused }, { artifacts: [two] })).toEqual({ kind: 'start', artifacts: [inForce('1')] });
  });

  it('does not start what was refused when there is nothing else', () => {
    const self = { ...newborn, portsOpen: true, environment: { running: null, wanted: environment }, onDisk: new Set([one.digest]), refused: [{ ...inForce('1'), reason: 'no', generation }] };
    expect(next(self)).toBeNull();
    expect(remark(self)).toContain('refused');
  });
});

describe('a member changes', () => {
  it('fetches a newer artifact, then swaps to it', () => {
    expect(next({}, { artifacts: [two] })).toEqual({ kind: 'fetch', artifact: two });
    expect(next({ onDisk: new Set([one.digest, two.digest]) }, { artifacts: [two] })).toEqual({ kind: 'swap', artifacts: [inForce('2')] });
  });

  it('swaps for another environment alone', () => {
    expect(next({ environment: { running: environment, wanted: digestOf('other') } })).toEqual({ kind: 'swap', artifacts: [inForce('1')] });
  });

  it('swaps when only the commit is another: what is reported must be what is asked for', () => {
    const again = { ...one, commit: objectId('9'.repeat(40)) };
    expect(next({}, { artifacts: [again] })).toEqual({ kind: 'swap', artifacts: [{ repository, commit: again.commit, digest: one.digest }] });
  });

  it('does not try a refused bundle again for the same assignment, and does for a newer one', () => {
    const self = { onDisk: new Set([one.digest, two.digest]), refused: [{ ...inForce('2'), reason: 'no', generation }] };
    expect(next(self, { artifacts: [two] })).toBeNull();
    expect(next(self, { artifacts: [two], generation: { epoch: 1, counter: 6 } })).toEqual({ kind: 'swap', artifacts: [inForce('2')] });
    expect(next(self, { artifacts: [two], generation: { epoch: 2, counter: 0 } })).toEqual({ kind: 'swap', artifacts: [inForce('2')] });
  });

  it('does not settle with a refused artifact', () => {
    const self = { applied: null, refused: [{ ...inForce('2'), reason: 'no', generation }] };
    expect(next(self, { artifacts: [two] })).toBeNull();
  });

  it('tells peers before it swaps', () => {
    const self = { peers: { told: null, wanted: peers }, onDisk: new Set([one.digest, two.digest]) };
    expect(next(self, { artifacts: [two] })).toEqual({ kind: 'tell-peers' });
  });

  it('settles each newer generation, also one that asks for nothing new', () => {
    expect(next({ applied: { epoch: 1, counter: 4 } })).toEqual({ kind: 'settle' });
    expect(next({ applied: { epoch: 0, counter: 5 } })).toEqual({ kind: 'settle' });
    expect(next({})).toBeNull();
  });
});

describe('trouble', () => {
  const blocked = (operation: Operation, notBeforeMs: number) => new Map([[keyOf(operation), { times: 1, notBeforeMs, why: 'no luck' }]]);

  it('waits before it tries again, and says why', () => {
    const self = { attempts: blocked({ kind: 'fetch', artifact: two }, 100_500) };
    expect(step({ ...serving, ...self }, { ...wish, artifacts: [two] }, 100_000)).toEqual({ operation: null, remark: 'no luck', askAgainAtMs: 100_500 });
    expect(next(self, { artifacts: [two] }, 100_500)).toEqual({ kind: 'fetch', artifact: two });
  });

  it('of one operation does not keep the others from going on', () => {
    const self = { attempts: blocked({ kind: 'tell-peers' }, 200_000), peers: { told: null, wanted: peers } };
    expect(next(self, { artifacts: [two] })).toEqual({ kind: 'fetch', artifact: two });
  });

  it('with a port keeps everything waiting', () => {
    expect(next({ ...newborn, attempts: blocked({ kind: 'open-ports' }, 200_000) })).toBeNull();
    expect(remark({ ...newborn, attempts: blocked({ kind: 'open-ports' }, 200_000) })).toBe('no luck');
  });

  it('heals a workload that went down: at once, then after a pause, then gives up', () => {
    expect(next({ workload: 'down', failuresMs: [99_999] })).toEqual({ kind: 'heal' });
    expect(next({ workload: 'down', failuresMs: [99_000, 99_999] })).toBeNull();
    expect(next({ workload: 'down', failuresMs: [99_000, 99_999] }, {}, 100_500)).toEqual({ kind: 'heal' });
    expect(next({ workload: 'down', failuresMs: [98_000, 99_000, 99_999] }, {}, 101_500)).toEqual({ kind: 'heal' });
    expect(next({ workload: 'down', failuresMs: [97_000, 98_000, 99_000, 99_999] })).toMatchObject({ kind: 'give-up' });
  });

  it('forgets failures after a minute', () => {
    expect(next({ workload: 'down', failuresMs: [10_000, 20_000, 39_000, 99_999] })).toEqual({ kind: 'heal' });
  });

  it('heals a workload that fails its checks', () => expect(next({ workload: 'unhealthy', failuresMs: [99_999] })).toEqual({ kind: 'heal' }));

  it('gives up when the restart itself fails three times', () => {
    const attempts = new Map([['heal', { times: 3, notBeforeMs: 0, why: 'no' }]]);
    expect(next({ workload: 'down', failuresMs: [99_999], attempts })).toMatchObject({ kind: 'give-up' });
  });

  it('swaps to a newer bundle while it waits to heal', () => {
    const self = { workload: 'down', failuresMs: [99_000, 99_999], onDisk: new Set([one.digest, two.digest]) } as const;
    expect(next(self, { artifacts: [two] })).toEqual({ kind: 'swap', artifacts: [inForce('2')] });
  });
});

describe('a member leaves', () => {
  const leaving = { status: 'in-maintenance', drainDeadlineMs: 101_000 } as const;

  it('begins to drain when told so, also before it was active', () => {
    expect(next({}, { duty: 'drain' })).toEqual({ kind: 'begin-drain' });
    expect(next({ ...newborn, portsOpen: true }, { duty: 'drain' })).toEqual({ kind: 'begin-drain' });
  });

  it('is drained when it has been quiet for a while', () => {
    expect(next({ ...leaving, quietSinceMs: null }, { duty: 'drain' })).toBeNull();
    expect(next({ ...leaving, quietSinceMs: 99_800 }, { duty: 'drain' })).toBeNull();
    expect(next({ ...leaving, quietSinceMs: 99_700 }, { duty: 'drain' })).toEqual({ kind: 'finish-drain' });
  });

  it('is drained at the deadline whatever is in flight', () => {
    expect(next({ ...leaving, quietSinceMs: null }, { duty: 'drain' }, 101_000)).toEqual({ kind: 'finish-drain' });
  });

  it('is drained at once when nothing serves', () => {
    expect(next({ ...leaving, workload: 'down', quietSinceMs: null }, { duty: 'drain' })).toEqual({ kind: 'finish-drain' });
    expect(next({ ...leaving, workload: 'none', quietSinceMs: null }, { duty: 'drain' })).toEqual({ kind: 'finish-drain' });
  });

  it('follows its peers meanwhile, and nothing else', () => {
    const self = { ...leaving, quietSinceMs: null, peers: { told: null, wanted: peers } };
    expect(next(self, { duty: 'drain' })).toEqual({ kind: 'tell-peers' });
    expect(next({ ...leaving, quietSinceMs: null }, { duty: 'drain', artifacts: [two] })).toBeNull();
    expect(next({ ...leaving, quietSinceMs: null, environment: { running: environment, wanted: digestOf('x') } }, { duty: 'drain' })).toBeNull();
    expect(next({ ...leaving, quietSinceMs: null, workload: 'down', failuresMs: [99_999], drainDeadlineMs: null }, { duty: 'drain' })).toEqual({ kind: 'finish-drain' });
  });

  it('has applied the wish when it is ready to shut down', () => {
    expect(next({ status: 'ready-to-shut-down', applied: null }, { duty: 'drain' })).toEqual({ kind: 'settle' });
    expect(next({ status: 'ready-to-shut-down' }, { duty: 'drain' })).toBeNull();
  });

  it('does not come back when it is told to serve again', () => {
    expect(next({ status: 'ready-to-shut-down', applied: null })).toBeNull();
    expect(next({ ...leaving, quietSinceMs: 0 })).toEqual({ kind: 'finish-drain' });
  });

  it('shuts down when asked to, whatever else is wanted', () => {
    expect(next({ stopping: true }, { artifacts: [two] })).toEqual({ kind: 'begin-drain' });
    expect(next({ stopping: true, status: 'in-maintenance' }, null)).toEqual({ kind: 'shut-down' });
    expect(next({ stopping: true, status: 'terminated' })).toBeNull();
  });

  it('never goes back to an earlier status', () => {
    for (const from of memberStatuses) {
      for (const to of memberStatuses) expect(memberStatuses.indexOf(forward(from, to))).toBe(Math.max(memberStatuses.indexOf(from), memberStatuses.indexOf(to)));
    }
  });
});

describe('what is under way', () => {
  const giveUp = (running: Operation, self: Partial<Self>, wanted: Partial<Assignment> = {}) => abandons(running, { ...serving, ...self }, { ...wish, ...wanted }, 100_000);

  it('ends when the agent is to end, except for ending', () => {
    for (const kind of ['heal', 'tell-peers', 'settle'] as const) expect(giveUp({ kind }, { stopping: true })).toBe(true);
    expect(giveUp({ kind: 'swap', artifacts: [inForce('2')] }, { stopping: true }, { artifacts: [two] })).toBe(true);
    for (const kind of ['shut-down', 'begin-drain'] as const) expect(giveUp({ kind }, { stopping: true })).toBe(false);
  });

  it('a swap or start ends only when what it brings is not wanted any more', () => {
    const swap: Operation = { kind: 'swap', artifacts: [inForce('2')] };
    expect(giveUp(swap, {}, { artifacts: [two] })).toBe(false);
    expect(giveUp(swap, {}, { artifacts: [artifact('3')] })).toBe(true);
    expect(giveUp(swap, {}, { artifacts: [two], duty: 'drain' })).toBe(true);
    expect(giveUp({ kind: 'start', artifacts: [inForce('1')] }, { workload: 'none' }, { artifacts: [two] })).toBe(false);
  });

  it('a download ends when its bundle is not wanted any more', () => {
    expect(giveUp({ kind: 'fetch', artifact: two }, {}, { artifacts: [two] })).toBe(false);
    expect(giveUp({ kind: 'fetch', artifact: two }, {}, { artifacts: [one] })).toBe(true);
  });

  it('a notice ends when the workload it is meant for has died', () => {
    const self = { peers: { told: null, wanted: peers } };
    expect(giveUp({ kind: 'tell-peers' }, self)).toBe(false);
    expect(giveUp({ kind: 'tell-peers' }, { ...self, workload: 'down', failuresMs: [99_999] })).toBe(true);
  });
});

describe('serving', () => {
  const said = (self: Partial<Self>, running: Operation | null = null) => servingOf({ ...serving, ...self }, running);

  it('says whether and why not', () => {
    expect(said({})).toBe('yes');
    expect(said({ status: 'starting' })).toBe('no(starting)');
    expect(said({ workload: 'none' })).toBe('no(starting)');
    expect(said({}, { kind: 'swap', artifacts: [] })).toBe('no(updating)');
    expect(said({ workload: 'down' })).toBe('no(unhealthy)');
    expect(said({ workload: 'unhealthy' })).toBe('no(unhealthy)');
    expect(said({ status: 'in-maintenance' })).toBe('no(draining)');
  });
});

