/**
 * One side of one case in a process of its own, told what to do over the channel to the runner. It collects garbage
 * before each round, so that no round pays for the one before.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Facts, Side, World } from '../benchmark.ts';
import { benchmarks } from '../benchmarks.ts';
import { cpuMs, descendantsBytes, forgetPeak, peakBytes } from './process-tree.ts';

export interface SideOrder {
  readonly benchmark: string;
  readonly case: string;
  /** Null: ours. */
  readonly floor: string | null;
  readonly world: World;
}

export interface Round {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly facts: Facts;
}

export type SideMessage = { readonly ready: true } | { readonly round: Round } | { readonly failed: string };

const memoryEveryMs = 25;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const order = JSON.parse(process.argv[2] ?? '') as SideOrder;

async function open(): Promise<Side> {
  const benchmark = await benchmarks[order.benchmark]?.();
  const one = (await benchmark?.cases(order.world))?.cases.find((candidate) => candidate.name === order.case);
  const setUp = order.floor === null ? one?.ours : one?.floors[order.floor];
  if (setUp === undefined) throw new Error(`there is no ${JSON.stringify(order)}`);
  return setUp(order.world);
}

async function measure(side: Side): Promise<Round> {
  await side.before?.();
  const outside = new Set(side.outside);
  collectGarbage();
  forgetPeak();
  let below = descendantsBytes(outside);
  const watch = setInterval(() => { below = Math.max(below, descendantsBytes(outside)); }, memoryEveryMs);
  const cpuBefore = cpuMs(outside);
  const before = process.hrtime.bigint();
  try {
    const facts = (await side.round()) ?? {};
    const wallMs = Number(process.hrtime.bigint() - before) / 1e6;
    const spentMs = cpuMs(outside) - cpuBefore;
    below = Math.max(below, descendantsBytes(outside));
    return { wallMs, cpuMs: spentMs, peakBytes: peakBytes() + below, facts };
  } finally {
    clearInterval(watch);
  }
}

function tell(message: SideMessage): Promise<void> {
  return new Promise((resolve) => { process.send?.(message, undefined, undefined, () => resolve()); });
}

async function fail(error: unknown): Promise<never> {
  await tell({ failed: error instanceof Error ? error.stack ?? error.message : String(error) });
  process.exit(1);
}

const side = await open().catch(fail);
process.on('message', (wish: 'round' | 'close') => {
  if (wish === 'round') measure(side).then((round) => tell({ round }), fail);
  else Promise.resolve(side.close?.()).then(() => process.exit(0), fail);
});
// The runner ended before us: what was started must end too.
process.once('disconnect', () => { void Promise.resolve(side.close?.()).finally(() => process.exit(1)); });
await tell({ ready: true });
