/**
 * Runs one case: ours, floor, ours, floor … so that what else the machine does meets all sides alike. The first round of
 * a process that is kept only warms up, unless the sizes are tiny. Rounds end when the case's time is up, but three short ones, or
 * one long one, are always run.
 */

import type { Case, Facts, World } from '../benchmark.ts';
import type { Round } from './side.ts';
import { SideProcess } from './side-process.ts';
import { spread, type Spread } from './statistics.ts';

export interface Measured {
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
  readonly peakBytes: number;
  readonly facts: Readonly<Record<string, number>>;
}

export interface Comparison {
  readonly floor: string;
  readonly measured: Measured;
  /** Ours by the floor's of the same round. */
  readonly wallRatio: Spread;
  /** Of the medians: the floor's CPU time is often too short to compare round by round. */
  readonly cpuRatio: number;
}

export interface Result {
  readonly benchmark: string;
  readonly case: string;
  readonly operation: string;
  readonly operations: number;
  readonly rounds: number;
  readonly ours: Measured;
  readonly floors: readonly Comparison[];
}

/** A side that has not answered after this long has failed. */
const answerMs = 120_000;
const shortMs = 4_000;
const shortRounds = 3;

export async function runCase(of: { readonly benchmark: string; readonly case: Case; readonly world: World; readonly rounds: number; readonly untilMs: number }): Promise<Result> {
  const { benchmark, world } = of;
  const floors = Object.keys(of.case.floors);
  const start = (floor: string | null): Promise<SideProcess> => SideProcess.start({ benchmark, case: of.case.name, floor, world }, answerMs);
  const measured = new Map<string | null, Round[]>([null, ...floors].map((floor) => [floor, []]));
  const kept = new Map<string | null, SideProcess>();
  try {
    if (of.case.process === 'kept') for (const floor of measured.keys()) kept.set(floor, await start(floor));
    let turnStartedMs = Date.now();
    for (let turn = of.case.process === 'kept' && world.scale === 'full' ? 0 : 1; turn <= of.rounds; turn += 1) {
      const isShort = Date.now() - turnStartedMs < shortMs;
      if (turn > 1 && Date.now() >= of.untilMs && (turn > shortRounds || !isShort)) break;
      turnStartedMs = Date.now();
      for (const [floor, rounds] of measured) {
        const round = await runRound(kept.get(floor) ?? null, () => start(floor));
        if (turn > 0) rounds.push(round);
      }
    }
  } finally {
    await Promise.all([...kept.values()].map((side) => side.close()));
  }
  const ours = measured.get(null) ?? [];
  return {
    benchmark, case: of.case.name, operation: of.case.operation, operations: of.case.operations, rounds: ours.length, ours: summary(ours),
    floors: floors.map((floor) => compare(floor, ours, measured.get(floor) ?? [])),
  };
}

async function runRound(kept: SideProcess | null, start: () => Promise<SideProcess>): Promise<Round> {
  if (kept) return kept.round();
  const side = await start();
  try {
    return await side.round();
  } finally {
    await side.close();
  }
}

function compare(floor: string, ours: readonly Round[], theirs: readonly Round[]): Comparison {
  const measured = summary(theirs);
  return {
    floor, measured,
    wallRatio: spread(ours.map((round, index) => round.wallMs / (theirs[index]?.wallMs ?? Number.NaN))),
    cpuRatio: summary(ours).cpuMs.median / measured.cpuMs.median,
  };
}

function summary(rounds: readonly Round[]): Measured {
  const names = Object.keys(rounds[0]?.facts ?? ({} satisfies Facts));
  return {
    wallMs: spread(rounds.map((round) => round.wallMs)),
    cpuMs: spread(rounds.map((round) => round.cpuMs)),
    peakBytes: Math.max(...rounds.map((round) => round.peakBytes)),
    facts: Object.fromEntries(names.map((name) => [name, spread(rounds.map((round) => round.facts[name] ?? Number.NaN)).median])),
  };
}
