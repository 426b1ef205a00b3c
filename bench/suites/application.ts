/** The plan of one application by the number of its members: whether planning grows faster than what is planned. */

import { sized, type Benchmark, type Case, type World } from '../benchmark.ts';
import { gather } from '../../reconciler/gather.ts';
import { plan } from '../../reconciler/plan/plan.ts';
import { platformAtRest, platformToWalk } from '../worlds/members.ts';
import { nowMs, unstarted } from '../worlds/plan-input.ts';
import { walking } from './pass.ts';

const counts = ({ scale }: World): readonly number[] => sized(scale, { tiny: [10], full: [100, 1_000, 10_000] });

export const application: Benchmark = {
  name: 'application',
  about: 'one application by the number of its members',
  cases: async (world) => ({ cases: counts(world).flatMap((members) => [atRest(members), fromNothing(members)]), skipped: {} }),
};

function atRest(members: number): Case {
  const size = { applications: 1, members };
  return {
    name: `${members} members at rest`, operation: 'member', operations: members, process: 'kept',
    ours: () => {
      const { state, artifacts, ids: [id] } = platformAtRest(size);
      return {
        round() {
          const decision = plan(gather(state, artifacts, id!, nowMs));
          if (decision.plan.actions.length > 0) throw new Error('the application is not at rest');
        },
      };
    },
    floors: { 'one walk over the reports': () => walking(platformToWalk(size), size, 1) },
  };
}

function fromNothing(members: number): Case {
  const size = { applications: 1, members };
  return {
    name: `${members} members to be started`, operation: 'member', operations: members, process: 'kept',
    ours: () => {
      const { state, ids: [id] } = platformAtRest(size);
      const input = unstarted(state.desired!.applications.get(id!)!);
      return {
        round() {
          const starts = plan(input).plan.actions.length;
          if (starts !== members) throw new Error(`${starts} of ${members} members start`);
        },
      };
    },
    floors: {
      'a copy of each launch': () => {
        const launches = [...platformAtRest(size).state.intents.values()].map(({ launch }) => launch);
        return {
          round() {
            const copies = new Map(launches.map((launch) => [launch.member, { ...launch }]));
            if (copies.size !== members) throw new Error('two members have one id');
          },
        };
      },
    },
  };
}
