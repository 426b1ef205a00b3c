/** `stratos describe application`: the tree of one application, and what is planned for it. */

import type { Application, Cluster, Group, Instance, Member, Plan } from '../../schemas/api/bodies.generated.ts';
import type { Api } from '../api.ts';
import { exitCodes, Failure } from '../exit.ts';
import { showOnline, type OnlineOptions } from '../online.ts';
import type { TableOptions } from '../table.ts';
import { age, counted, paintStatus, shortRevision } from '../words.ts';
import { membersOf } from '../application-tree.ts';
import { planText } from './plan-of.ts';

type Described = Application & { readonly plan: Plan | null };

export function describeApplication(options: OnlineOptions & { name: string }): Promise<void> {
  return showOnline<Described>(options, async (api) => {
    const path = `applications/${encodeURIComponent(options.name)}`;
    const { body: application, nowMs } = await api.get<Application>(path);
    return {
      body: { ...application, plan: await planOf(api, path) },
      text: (body, shape) => [
        ...treeText(treeOf(body, { nowMs, ...shape })),
        '',
        body.plan === null ? 'It has not been planned yet.' : planText(body.plan, shape),
      ].join('\n'),
      names: (body) => membersOf(body).map(({ id }) => id),
    };
  });
}

/** Null when the application is there, but no pass has planned it yet. */
async function planOf(api: Api, path: string): Promise<Plan | null> {
  try {
    return (await api.get<Plan>(`${path}/plan`)).body;
  } catch (error) {
    if (error instanceof Failure && error.exitCode === exitCodes.notFound) return null;
    throw error;
  }
}

interface Branch {
  readonly text: string;
  readonly branches: readonly Branch[];
}

type Shape = TableOptions & { readonly nowMs: number | null };

function treeOf(application: Application, shape: Shape): Branch {
  const { name, status, members, revision } = application;
  return {
    text: `${shape.paint('bold', name)} ${painted(status, shape)} ${members.active}/${members.wanted} members, revision ${shortRevision(revision)}`,
    branches: application.instances.map((instance) => instanceBranch(instance, shape)),
  };
}

function instanceBranch(instance: Instance, shape: Shape): Branch {
  return { text: `${instance.networkPartition} ${painted(instance.status, shape)}`, branches: levelBranches(instance, shape) };
}

function levelBranches(level: Pick<Group, 'groups' | 'clusters'>, shape: Shape): readonly Branch[] {
  return [
    ...level.groups.map((group) => ({ text: `${group.alias}.${group.ordinal} ${painted(group.status, shape)}`, branches: levelBranches(group, shape) })),
    ...level.clusters.map((cluster) => clusterBranch(cluster, shape)),
  ];
}

function clusterBranch(cluster: Cluster, shape: Shape): Branch {
  const size = cluster.min === cluster.max ? counted(cluster.min, 'member') : `${cluster.min} to ${cluster.max} members`;
  const cartridge = cluster.cartridge === cluster.alias ? '' : ` of ${cluster.cartridge}`;
  return {
    text: `${shape.paint('bold', cluster.alias)}${cartridge} ${painted(cluster.status, shape)} ${shape.paint('dim', size)}`,
    branches: cluster.members.map((member) => ({ text: memberText(member, shape), branches: [] })),
  };
}

function memberText(member: Member, shape: Shape): string {
  const serving = member.serving === 'yes' ? '' : ` ${painted(member.serving, shape)}`;
  const commits = member.artifacts.map(({ commit }) => shortRevision(commit)).join(' ');
  const endpoints = member.endpoints.map(({ url }) => url).join(' ');
  const parts = [member.partition, endpoints, commits, age(member.since, shape.nowMs), member.remark];
  return `${member.id} ${painted(member.status, shape)}${serving} ${parts.filter((part) => part !== '').join(', ')}`;
}

function painted(word: string, shape: Shape): string {
  return paintStatus(word, word, shape.paint);
}

function treeText(branch: Branch): readonly string[] {
  const below = branch.branches.flatMap((child, index) => {
    const last = index === branch.branches.length - 1;
    return treeText(child).map((line, at) => `${at === 0 ? (last ? '└ ' : '├ ') : (last ? '  ' : '│ ')}${line}`);
  });
  return [branch.text, ...below];
}
