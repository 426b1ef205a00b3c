/** Tells, line by line, how the platform comes up, and ends with what a person can do next. Reads the API like anybody. */

import { join } from 'node:path';
import type { Clock } from '../contracts/clock.ts';
import type { Config } from '../config.ts';

export interface ProgressOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

interface Member { readonly id: string; readonly status: string; readonly remark: string; readonly endpoints: readonly { readonly port: string; readonly url: string }[] }
interface Cluster { readonly alias: string; readonly cartridge: string; readonly status: string; readonly min: number; readonly members: readonly Member[] }
interface Group { readonly groups: readonly Group[]; readonly clusters: readonly Cluster[] }
interface Status {
  readonly brokers: readonly { readonly name: string; readonly connected: boolean; readonly detail: string }[];
  readonly problems: readonly { readonly source: string; readonly file: string; readonly line: number | null; readonly column: number | null; readonly message: string }[];
}
interface Application { readonly name: string; readonly status: string; readonly instances: readonly Group[] }

const everyMs = 250;
/** After this long without success the reasons are told, and told again whenever they change. */
const patienceMs = 20_000;

export async function showProgress({ config, clock, say, signal }: ProgressOptions): Promise<void> {
  const base = `http://127.0.0.1:${config.httpPort}`;
  const startedMs = clock.monotonicMs();
  const told = new Map<string, string>();
  const tell = (key: string, line: string): void => {
    if (told.get(key) === line) return;
    told.set(key, line);
    say(line);
  };
  while (!signal.aborted) {
    const applications = await readAll(base, signal);
    for (const application of applications ?? []) {
      for (const cluster of application.instances.flatMap(clustersOf)) {
        const active = cluster.members.filter((member) => member.status === 'active').length;
        if (cluster.members.length > 0) tell(`${application.name}/${cluster.alias}`, `  ${application.name}/${cluster.alias}: ${active} of ${cluster.min} active`);
      }
    }
    if (applications && applications.length > 0 && applications.every((application) => application.status === 'Active')) {
      summarize(config, applications, (clock.monotonicMs() - startedMs) / 1_000, say);
      return;
    }
    if (clock.monotonicMs() - startedMs > patienceMs) await tellReasons(base, applications ?? [], tell, signal);
    await pause(clock, signal);
  }
}

const clustersOf = (group: Group): readonly Cluster[] => [...group.clusters, ...group.groups.flatMap(clustersOf)];

async function readAll(base: string, signal: AbortSignal): Promise<readonly Application[] | null> {
  const list = await read<{ items: readonly { name: string }[] }>(`${base}/api/v1/applications`, signal);
  if (!list) return null;
  const all = await Promise.all(list.items.map(({ name }) => read<Application>(`${base}/api/v1/applications/${name}`, signal)));
  return all.filter((application) => application !== null);
}

async function read<Body>(url: string, signal: AbortSignal): Promise<Body | null> {
  try {
    const answer = await fetch(url, { signal });
    return answer.ok ? ((await answer.json()) as Body) : null;
  } catch {
    return null;
  }
}

async function tellReasons(base: string, applications: readonly Application[], tell: (key: string, line: string) => void, signal: AbortSignal): Promise<void> {
  const status = await read<Status>(`${base}/api/v1/status`, signal);
  for (const { name, connected, detail } of status?.brokers ?? []) if (!connected) tell(`broker ${name}`, `  the broker (${name}) is away: ${detail}`);
  for (const { source, file, line, column, message } of status?.problems ?? []) {
    const place = file === '' ? source : line === null ? file : `${file}:${line}:${column}`;
    tell(`problem ${place}`, `  ${place} ${message}`);
  }
  const plans = await read<{ items: readonly { application: string; holds: readonly { id: string; kind: string; because: { text: string } }[] }[] }>(`${base}/api/v1/plan`, signal);
  for (const plan of plans?.items ?? []) for (const hold of plan.holds) tell(`hold ${hold.id}`, `  ${plan.application} ${hold.kind}: ${hold.because.text}`);
  const members = applications.flatMap((application) => application.instances.flatMap(clustersOf)).flatMap((cluster) => cluster.members);
  for (const { id, remark } of members.filter((member) => member.status !== 'active' && member.remark !== '')) tell(`remark ${id}`, `  ${id}: ${remark}`);
}

function summarize(config: Config, applications: readonly Application[], seconds: number, say: (line: string) => void): void {
  const repositories = join(config.dataDirectory, 'repos');
  const balancer = applications.flatMap((application) => application.instances.flatMap(clustersOf).filter((cluster) => cluster.alias === 'lb')
    .map((cluster) => ({ name: application.name, url: cluster.members[0]?.endpoints[0]?.url })));
  say('');
  say(`Up in ${seconds.toFixed(1)} s.`);
  say(`  console   ${config.publicUrl ?? `http://127.0.0.1:${config.httpPort}`}/`);
  say(`  API       ${config.publicUrl ?? `http://127.0.0.1:${config.httpPort}`}/api/v1/status`);
  for (const { name, url } of balancer) if (url) say(`  ${name.padEnd(9)} ${url}/`);
  say('');
  say('Change it with a push:');
  say(`  git clone ${join(repositories, 'definitions.git')} my-definitions`);
  say('  cd my-definitions && sed -i "s/min: 2/min: 4/" shop.yaml   # four web members');
  say('  git commit -am "Four web members" && git push');
  say('  git revert --no-edit HEAD && git push                      # and back');
  say(`Change its code: git clone ${join(repositories, 'artifacts', 'web.git')} my-web`);
  say('Ctrl-C stops everything.');
}

function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(everyMs, resolve);
    signal.addEventListener('abort', () => { cancel(); resolve(); }, { once: true });
  });
}
