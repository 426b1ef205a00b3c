/**
 * What each agent should be: its bundle, its peers, its duty. A wish that differs from the last one gets the next
 * generation; one that the agent has not seen is sent again as it was.
 */

import { shortDigestOf } from '../../schemas/digest.ts';
import type { ClusterId, MemberId, RepositoryId } from '../../schemas/ids.ts';
import type { Peer } from '../../schemas/messages/assignment.ts';
import { compareGenerations } from '../../schemas/messages/envelope.ts';
import type { Assigned, Drain, Memory } from '../model/memory.ts';
import type { Action, Because, WantedAssignment } from '../model/plan.ts';
import { because } from './because.ts';
import { neighbours, type ClusterPlace } from './layout.ts';
import { bundleFor, type PlacedBundle, type Rollouts } from './rollout.ts';
import { acknowledgeMs, resendMs, silenceMs } from './rules.ts';
import { isActive, type Seat } from './seats.ts';
import { seatsIn, type Situation } from './situation.ts';

export interface Outgoing {
  readonly drains: Readonly<Record<MemberId, Drain>>;
  readonly updating: Memory['updating'];
  readonly rollouts: Rollouts;
}

export interface Assignments {
  readonly actions: readonly Action[];
  readonly assigned: Readonly<Record<MemberId, Assigned>>;
  readonly counter: number;
}

type Wish = Omit<WantedAssignment, 'generation'>;

/** A wish and its digests, which cost as much as its peers are many: members of a cluster that share it share them too. */
interface Wished {
  readonly wish: Wish;
  readonly digest: string;
  readonly peersDigest: () => string;
}

/** The peers of one cluster. */
interface Table {
  readonly peers: readonly Peer[];
  readonly members: ReadonlySet<MemberId>;
  readonly digest: () => string;
}

export function assignments(situation: Situation, outgoing: Outgoing): Assignments {
  const senders = sendersByCluster(situation);
  const tables = new Map(situation.places.map((place) => [place.id, tableOf(peersOf(situation, place, outgoing))]));
  const settled = settle(situation, senders, tables, outgoing);
  const actions: Action[] = [];
  const assigned: Record<MemberId, Assigned> = {};
  let counter = situation.memory.counter;
  for (const [cluster, seats] of situation.seats) {
    const place = situation.placeOf.get(cluster) ?? null;
    const unheard = place !== null && targetsOf(situation, place).some((target) => seatsIn(situation, target.id).some((seat) => isUnheard(situation, seat)));
    const wishFor = place && wishes(place, tables.get(cluster) ?? tableOf([]), outgoing, settled);
    for (const seat of seats.filter(mayHear)) {
      const wished = unheard || situation.observed.inFlight.has(seat.member.id) ? null : wishFor ? wishFor(seat) : farewell(seat, situation, outgoing);
      if (!wished) {
        const last = situation.memory.assigned[seat.member.id];
        if (last) assigned[seat.member.id] = last;
        continue;
      }
      const next = send(situation, seat, wished, counter, outgoing.drains[seat.member.id] ?? null);
      if (next.assigned) assigned[seat.member.id] = next.assigned;
      counter = next.counter;
      if (next.action) actions.push(next.action);
    }
  }
  return { actions, assigned, counter };
}

/**
 * A member that ran before we began to listen, and has not spoken since: what it serves is not known yet, and a table
 * made without it would take it away from its balancer.
 */
function isUnheard(situation: Situation, seat: Seat): boolean {
  const { hearingSinceMs, nowMs } = situation.observed;
  if (seat.standing !== 'coming' || seat.member.report || seat.member.presence !== 'running') return false;
  return hearingSinceMs === null || (seat.member.launchedAtMs < hearingSinceMs && nowMs - hearingSinceMs < silenceMs);
}

/** Those that are there or coming; the lost may come back and are told what became of the world. */
const mayHear = (seat: Seat): boolean => seat.standing !== 'gone' && seat.standing !== 'failed';

/** Cluster → the clusters whose members send it requests. */
function sendersByCluster(situation: Situation): ReadonlyMap<ClusterId, readonly ClusterId[]> {
  const senders = new Map<ClusterId, ClusterId[]>();
  for (const place of situation.places) {
    for (const target of targetsOf(situation, place)) senders.set(target.id, [...(senders.get(target.id) ?? []), place.id]);
  }
  return senders;
}

/** The clusters that a cluster sends requests to: those it balances and those it imports from. */
function targetsOf(situation: Situation, place: ClusterPlace): readonly ClusterPlace[] {
  const balanced = situation.places.filter((other) => other.cluster.loadBalancer === place.cluster.path && other.networkPartition === place.networkPartition);
  const imported = [...place.cluster.imports.values()].flatMap((value) => neighbours(situation.places, place, value.cluster));
  return [...new Set([...balanced, ...imported])];
}

function peersOf(situation: Situation, place: ClusterPlace, outgoing: Outgoing): readonly Peer[] {
  const peers = targetsOf(situation, place).flatMap((target) => {
    const seats = seatsIn(situation, target.id);
    const active = seats.filter(isActive).length;
    return seats.filter((seat) => mayServe(seat, active, outgoing)).map((seat) => peerOf(seat, target));
  });
  return peers.sort((a, b) => (a.member < b.member ? -1 : 1));
}

function tableOf(peers: readonly Peer[]): Table {
  return { peers, members: new Set(peers.map((peer) => peer.member)), digest: once(() => shortDigestOf(peers, 16)) };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}

/**
 * The only member of a cluster stays in the table while it swaps in place: its port holds the requests meanwhile.
 * A silent one stays while there is nobody else: silence does not prove that it serves no more.
 */
function mayServe(seat: Seat, active: number, outgoing: Outgoing): boolean {
  const there = seat.standing === 'active' || (seat.standing === 'lost' && active === 0);
  if (!there || outgoing.drains[seat.member.id] || seat.draining) return false;
  if (active > 1 && outgoing.updating[seat.member.id]) return false;
  const serving = seat.member.report?.serving;
  return serving === 'yes' || serving === 'no(updating)';
}

function peerOf(seat: Seat, place: ClusterPlace): Peer {
  const report = seat.member.report!;
  return {
    member: seat.member.id,
    cluster: place.cluster.path,
    endpoints: Object.fromEntries(report.endpoints.map((endpoint) => [endpoint.port, { protocol: endpoint.protocol, host: endpoint.host, port: endpoint.number }])),
    metadata: report.metadata,
    commits: Object.fromEntries(report.artifacts.map((artifact) => [artifact.repository, artifact.commit])) as Record<RepositoryId, Peer['commits'][RepositoryId]>,
  };
}

/**
 * Whether nobody sends a member requests any more: every sender that lives has applied a table without it. One that
 * does not answer is not waited for beyond `acknowledgeMs`.
 */
function settle(
  situation: Situation,
  senders: ReadonlyMap<ClusterId, readonly ClusterId[]>,
  tables: ReadonlyMap<ClusterId, Table>,
  outgoing: Outgoing,
): (member: MemberId, cluster: ClusterId) => boolean {
  const inForce = new Map([...tables].map(([sender, table]) =>
    [sender, once(() => seatsIn(situation, sender).filter(isActive).every((seat) => hasApplied(situation, seat, table.digest())))]));
  return (member, cluster) => {
    const since = outgoing.drains[member]?.sinceMs ?? outgoing.updating[member]?.sinceMs ?? situation.observed.nowMs;
    if (situation.observed.nowMs - since >= acknowledgeMs) return true;
    return (senders.get(cluster) ?? []).every((sender) => {
      // Still in the table although it updates: it swaps in place, and its port holds the requests meanwhile.
      if (tables.get(sender)?.members.has(member)) return outgoing.drains[member] === undefined;
      return inForce.get(sender)?.() ?? true;
    });
  };
}

/** The sender was sent exactly these peers, and says that they are in force. */
function hasApplied(situation: Situation, seat: Seat, peersDigest: string): boolean {
  const last = situation.memory.assigned[seat.member.id];
  const applied = seat.member.report?.applied;
  if (!last || !applied) return false;
  return last.peersDigest === peersDigest && compareGenerations(applied, last.generation) >= 0;
}

/** What each member of a cluster should be. */
function wishes(place: ClusterPlace, table: Table, outgoing: Outgoing, settled: (member: MemberId, cluster: ClusterId) => boolean): (seat: Seat) => Wished {
  const known = new Map<string, Wished>();
  return (seat) => {
    const { member } = seat;
    const leaves = outgoing.drains[member.id] !== undefined || seat.draining;
    const free = settled(member.id, place.id);
    const bundle = bundleFor(seat, place, outgoing.rollouts, (id) => outgoing.updating[id] !== undefined && free);
    const duty = leaves && free ? 'drain' : 'serve';
    const key = [duty, bundle?.repository, bundle?.commit, bundle?.digest, bundle?.bytes].join(' ');
    const wished = known.get(key) ?? wishedOf(wishFor(place, table, bundle, duty), table);
    known.set(key, wished);
    return wished;
  };
}

function wishFor(place: ClusterPlace, { peers }: Table, bundle: PlacedBundle | null, duty: Wish['duty']): Wish {
  const { imports, environment, update, cartridge } = place.cluster;
  return {
    artifacts: bundle ? [{ repository: bundle.repository, commit: bundle.commit, digest: bundle.digest, bytes: bundle.bytes }] : [],
    peers,
    imports: Object.fromEntries(imports),
    environment: Object.fromEntries(environment),
    duty,
    timeouts: { drainMs: update.drainTimeoutMs, startMs: cartridge.startTimeoutMs, extensionMs: update.extensionTimeoutMs },
  };
}

function wishedOf(wish: Wish, { digest: peersDigest }: Table): Wished {
  return { wish, digest: shortDigestOf(wish, 32), peersDigest };
}

/** A member whose cluster is no longer defined keeps what it was told until it is its turn to drain. */
function farewell(seat: Seat, situation: Situation, outgoing: Outgoing): Wished | null {
  if (!outgoing.drains[seat.member.id]) return null;
  const drainMs = situation.memory.clusters[seat.member.cluster]?.drainTimeoutMs ?? seat.member.launch?.settings.timeouts.drainMs ?? 10_000;
  return wishedOf({
    artifacts: (seat.member.report?.artifacts ?? []).map((artifact) => ({ ...artifact, bytes: 0 })),
    peers: [], imports: {}, environment: {},
    duty: 'drain',
    timeouts: { drainMs, startMs: 120_000, extensionMs: 60_000 },
  }, tableOf([]));
}

function send(situation: Situation, seat: Seat, { wish, digest, peersDigest }: Wished, handedOut: number, drain: Drain | null): { assigned: Assigned | null; counter: number; action: Action | null } {
  const { observed, memory } = situation;
  const { member } = seat;
  const last = memory.assigned[member.id] ?? null;
  const seen = member.report?.seen ?? null;
  // It has seen what we do not remember having sent: memory was lost, or another replica decides.
  const ahead = seen !== null && (last === null || compareGenerations(seen, last.generation) > 0);
  if (ahead && seen.epoch > observed.epoch) return { assigned: last, counter: handedOut, action: null };
  const counter = ahead ? Math.max(handedOut, seen.counter) : handedOut;
  if (last && last.digest === digest && !ahead) {
    const behind = member.report && (!seen || compareGenerations(seen, last.generation) < 0);
    const due = observed.nowMs - last.sentAtMs >= resendMs;
    if (!behind || !due || observed.hearingSinceMs === null) return { assigned: last, counter, action: null };
    const action = assign(seat, { ...wish, generation: last.generation }, because('assign/again', 'the agent has not seen its assignment', null));
    return { assigned: { ...last, sentAtMs: observed.nowMs }, counter, action };
  }
  const generation = { epoch: observed.epoch, counter: counter + 1 };
  return {
    assigned: { generation, digest, peersDigest: peersDigest(), sentAtMs: observed.nowMs },
    counter: counter + 1,
    action: assign(seat, { ...wish, generation }, wish.duty === 'drain' && drain ? drain.because : because('assign/changed', 'its wish has changed', null)),
  };
}

function assign(seat: Seat, assignment: WantedAssignment, reason: Because): Action {
  const inputs = {
    ...reason.inputs, duty: assignment.duty, peers: assignment.peers.length, commit: assignment.artifacts[0]?.commit ?? 'none',
    generation: `${assignment.generation.epoch}.${assignment.generation.counter}`,
  };
  return { type: 'assign', member: seat.member.id, cluster: seat.member.cluster, assignment, because: { ...reason, inputs } };
}
