/** One pass over one application, top to bottom. It only calls, in order; what to do is decided in `plan/`. */

import type { ApplicationId } from '../schemas/ids.ts';
import type { Applier } from './apply/index.ts';
import type { Artifacts } from './contracts/artifacts.ts';
import type { Clock } from './contracts/clock.ts';
import type { Store } from './contracts/store.ts';
import { gather } from './gather.ts';
import type { Memory } from './model/memory.ts';
import { check } from './plan/check.ts';
import { plan } from './plan/plan.ts';
import { status } from './plan/status.ts';
import type { Recorder } from './recorder.ts';
import { membersOf, type State } from './state.ts';

export interface PassContext {
  readonly state: State;
  readonly artifacts: Artifacts;
  readonly store: Store;
  readonly clock: Clock;
  readonly applier: Applier;
  readonly recorder: Recorder;
}

/** Returns when to look again although nothing has happened; null when nothing but news can change the answer. */
export async function reconcile(id: ApplicationId, context: PassContext): Promise<number | null> {
  const { state, artifacts, applier, recorder, clock } = context;
  if (state.notReady !== null) return clock.nowMs() + 250;
  const input = gather(state, artifacts, id, clock.nowMs());
  const decision = plan(input);
  const broken = check(decision.plan, input);
  if (broken.length > 0) {
    await recorder.mistake(id, broken);
    return clock.nowMs() + 10_000;
  }
  await remember(id, decision.memory, context);
  const actions = applier.ready(decision.plan.actions);
  await recorder.decided(decision.plan, actions);
  applier.begin(id, actions);
  state.shown.set(id, { plan: decision.plan, status: status({ ...input, memory: decision.memory }) });
  if (input.withdrawn && decision.plan.actions.length === 0 && membersOf(state, id) === 0) await letGo(id, context);
  recorder.changed();
  return decision.wakeAtMs;
}

async function remember(id: ApplicationId, memory: Memory, { state, store }: PassContext): Promise<void> {
  const before = state.memories.get(id);
  if (before && JSON.stringify(before) === JSON.stringify(memory)) return;
  await store.writeMemory(id, memory, state.epoch);
  state.memories.set(id, memory);
}

/** Nothing is wanted of it and nothing is left: it was never here. */
async function letGo(id: ApplicationId, { state, store }: PassContext): Promise<void> {
  await store.deleteMemory(id, state.epoch);
  state.memories.delete(id);
  state.lastKnown.delete(id);
  state.shown.delete(id);
}

