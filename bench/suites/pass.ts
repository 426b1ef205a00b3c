/**
 * A platform in which nothing has changed. `nothing skipped`: gather, plan and check of every application, as after news that
 * concern all. `a quiet 12 s`: what the queue runs while every report only says "still the same". The floor walks the same
 * members and compares what each reports with what it was told.
 */

import { sized, type Benchmark, type Case, type Side, type World } from '../benchmark.ts';
import type { ApplicationId } from '../../schemas/ids.ts';
import { gather } from '../../reconciler/gather.ts';
import { check } from '../../reconciler/plan/check.ts';
import { plan } from '../../reconciler/plan/plan.ts';
import { createQueue } from '../../reconciler/queue.ts';
import { HandClock } from '../worlds/hand-clock.ts';
import { platformAtRest, platformToWalk, type PlatformAtRest, type Size } from '../worlds/members.ts';
import { nowMs } from '../worlds/plan-input.ts';

const reportEveryMs = 2_000;
const quietMs = 12_000;

const sizes = ({ scale }: World): readonly Size[] => sized(scale, {
  tiny: [{ applications: 4, members: 10 }],
  full: [{ applications: 1_000, members: 100 }, { applications: 10_000, members: 10 }],
});

export const pass: Benchmark = {
  name: 'pass',
  about: 'an unchanged platform',
  cases: async (world) => ({ cases: [...sizes(world).map(passing), ...sizes(world).slice(-1).map(quiet)], skipped: {} }),
};

const nameOf = ({ applications, members }: Size): string => `${applications} applications of ${members} members`;

function passing(size: Size): Case {
  return {
    name: `${nameOf(size)}, nothing skipped`, operation: 'member', operations: size.applications * size.members, process: 'kept',
    ours: () => {
      const platform = platformAtRest(size);
      return { round: () => platform.ids.forEach((id) => void passOver(platform, id, nowMs)) };
    },
    floors: { 'one walk over the reports': () => walking(platformToWalk(size), size, 1) },
  };
}

function quiet(size: Size): Case {
  const times = quietMs / reportEveryMs;
  return {
    name: `${nameOf(size)}, a quiet 12 s`, operation: 'report', operations: size.applications * size.members * times, process: 'kept',
    ours: () => quietly(platformAtRest(size), times),
    floors: { 'a walk for every round of reports': () => walking(platformToWalk(size), size, times) },
  };
}

/** The next instant at which time alone asks for a pass. */
function passOver({ state, artifacts }: PlatformAtRest, id: ApplicationId, atMs: number): number | null {
  const input = gather(state, artifacts, id, atMs);
  const decision = plan(input);
  const broken = check(decision.plan, input);
  const { actions, holds } = decision.plan;
  if (actions.length + holds.length + broken.length > 0) throw new Error(`${id} is not at rest: ${JSON.stringify([actions[0], holds[0], broken])}`);
  return decision.wakeAtMs;
}

async function quietly(platform: PlatformAtRest, times: number): Promise<Side> {
  const clock = new HandClock(nowMs);
  let passes = 0;
  const failed: unknown[] = [];
  const queue = createQueue<ApplicationId>({
    clock, workers: 4, onError: (_key, error) => void failed.push(error),
    async work(id) {
      passes += 1;
      const wakeAtMs = passOver(platform, id, clock.nowMs());
      if (wakeAtMs !== null) queue.addAt(id, wakeAtMs);
    },
  });
  const settled = async (): Promise<void> => {
    while (queue.depth() > 0) await new Promise((resolve) => { setImmediate(resolve); });
    if (failed.length > 0) throw failed[0];
  };
  platform.ids.forEach((id) => queue.add(id));
  await settled();
  return {
    async round() {
      passes = 0;
      for (let time = 0; time < times; time += 1) {
        hear(platform, clock.nowMs() + reportEveryMs);
        clock.forward(reportEveryMs);
        await settled();
      }
      return { passes };
    },
    close: () => queue.close(),
  };
}

function hear({ reports }: PlatformAtRest, receivedAtMs: number): void {
  for (const [member, report] of reports.known) reports.known.set(member, { ...report, receivedAtMs });
}

export function walking({ state, reports }: PlatformAtRest, size: Size, times: number): Side {
  return {
    round() {
      let well = 0;
      for (let time = 0; time < times; time += 1) {
        if (times > 1) hear({ reports } as PlatformAtRest, nowMs);
        for (const { launch } of state.intents.values()) {
          const report = reports.of(launch.member);
          const told = state.memories.get(launch.application)?.assigned[launch.member];
          const isWell = report?.status === 'active' && report.serving === 'yes' && report.applied?.counter === told?.generation.counter
            && report.applied?.epoch === told?.generation.epoch && nowMs - report.receivedAtMs < 12_000;
          if (isWell) well += 1;
        }
      }
      if (well !== size.applications * size.members * times) throw new Error(`${well} members are well`);
    },
  };
}
