/** `stratos get …`: lists of what the platform knows. */

import type { Application, ApplicationSummary, Definition, DefinitionSummary, Problem, Source, Status } from '../../schemas/api/bodies.generated.ts';
import type { Api } from '../api.ts';
import { membersOf, type PlacedMember } from '../application-tree.ts';
import { showOnline, type OnlineOptions } from '../online.ts';
import type { Shown } from '../output.ts';
import { table, type Column } from '../table.ts';
import { age, paintStatus, place, shortRevision } from '../words.ts';

interface List<Item> { readonly items: readonly Item[] }

function listed<Item>(body: List<Item>, columns: readonly Column<Item>[], of: { empty: string; name: (item: Item) => string }): Shown<List<Item>> {
  return {
    body,
    text: ({ items }, options) => (items.length === 0 ? of.empty : table(items, columns, options)),
    names: ({ items }) => items.map(of.name),
  };
}

export function getApplications(options: OnlineOptions): Promise<void> {
  return showOnline(options, async (api) => {
    const { body } = await api.list<ApplicationSummary>('applications');
    return listed(body, [
      { title: 'NAME', text: ({ name }) => name, whole: true },
      { title: 'STATUS', text: ({ status }) => status, paint: (text, { status }, paint) => paintStatus(text, status, paint) },
      { title: 'MEMBERS', text: ({ members }) => `${members.active}/${members.wanted}` },
      { title: 'REVISION', text: ({ revision }) => shortRevision(revision) },
      { title: 'TENANT', text: ({ tenant }) => tenant, wide: true },
    ], { empty: 'No applications.', name: ({ name }) => name });
  });
}

export function getMembers(options: OnlineOptions & { application?: string }): Promise<void> {
  return showOnline(options, async (api) => {
    const names = options.application === undefined ? (await api.list<ApplicationSummary>('applications')).body.items.map(({ name }) => name) : [options.application];
    const answers = await Promise.all(names.map((name) => application(api, name)));
    const nowMs = answers[0]?.nowMs ?? null;
    return listed({ items: answers.flatMap(({ body }) => membersOf(body)) }, memberColumns(nowMs), { empty: 'No members.', name: ({ id }) => id });
  });
}

function application(api: Api, name: string): ReturnType<typeof api.get<Application>> {
  return api.get<Application>(`applications/${encodeURIComponent(name)}`);
}

function memberColumns(nowMs: number | null): readonly Column<PlacedMember>[] {
  return [
    { title: 'MEMBER', text: ({ id }) => id, whole: true },
    { title: 'APPLICATION', text: ({ application: name }) => name },
    { title: 'CLUSTER', text: ({ cluster }) => cluster },
    { title: 'STATUS', text: ({ status }) => status, paint: (text, { status }, paint) => paintStatus(text, status, paint) },
    { title: 'SERVING', text: ({ serving }) => serving, paint: (text, { serving }, paint) => paintStatus(text, serving, paint) },
    { title: 'PARTITION', text: ({ partition }) => partition },
    { title: 'AGE', text: ({ since }) => age(since, nowMs) },
    { title: 'COMMIT', text: ({ artifacts }) => artifacts.map(({ commit }) => shortRevision(commit)).join(' '), wide: true },
    { title: 'ENDPOINTS', text: ({ endpoints }) => endpoints.map(({ url }) => url).join(' '), wide: true },
    { title: 'REMARK', text: ({ remark }) => remark, wide: true },
  ];
}

export function getSources(options: OnlineOptions): Promise<void> {
  return showOnline(options, async (api) => {
    const { body, nowMs } = await api.get<Status>('status');
    return listed({ items: body.sources }, sourceColumns(nowMs), { empty: 'No sources.', name: ({ name }) => name });
  });
}

export function sourceColumns(nowMs: number | null): readonly Column<Source>[] {
  const state = (source: Source): string => (source.failure === null ? 'synced' : 'failing');
  return [
    { title: 'SOURCE', text: ({ name }) => name },
    { title: 'STATE', text: state, paint: (text, source, paint) => paintStatus(text, state(source), paint) },
    { title: 'BRANCH', text: ({ branch }) => branch },
    { title: 'REVISION', text: ({ revision }) => shortRevision(revision) },
    { title: 'SYNCED', text: ({ syncedAt }) => (syncedAt === null ? 'never' : `${age(syncedAt, nowMs)} ago`) },
    { title: 'AUTHOR', text: ({ commit }) => commit?.author ?? '', wide: true },
    { title: 'COMMIT', text: ({ commit, failure }) => failure ?? commit?.message ?? '' },
    { title: 'URL', text: ({ url, path }) => `${url} ${path}`, wide: true },
  ];
}

export function getProblems(options: OnlineOptions): Promise<void> {
  return showOnline(options, async (api) => listed({ items: await allProblems(api) }, problemColumns, {
    empty: 'No problems.', name: (problem) => `${problem.source}:${place(problem)}`,
  }));
}

/** The problems come in the pages of the status. */
async function allProblems(api: Api): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (let after: string | undefined; ;) {
    const { body } = await api.get<Status>('status', { after, limit: 500 });
    problems.push(...body.problems);
    if (body.next === null || body.next === after) return problems;
    after = body.next;
  }
}

const problemColumns: readonly Column<Problem>[] = [
  { title: 'SEVERITY', text: ({ severity }) => severity, paint: (text, { severity }, paint) => paintStatus(text, severity, paint) },
  { title: 'PLACE', text: place, whole: true },
  { title: 'MESSAGE', text: ({ message }) => message },
  { title: 'CODE', text: ({ code }) => code },
  { title: 'SOURCE', text: ({ source }) => source, wide: true },
  { title: 'HINT', text: ({ hint }) => hint ?? '', wide: true },
];

export function getDefinitions(options: OnlineOptions & { kind: string; name?: string }): Promise<void> {
  const { kind, name } = options;
  if (name !== undefined) return getDefinition(options, `definitions/${encodeURIComponent(kind)}/${encodeURIComponent(name)}`);
  return showOnline(options, async (api) => {
    const { body } = await api.list<DefinitionSummary>(`definitions/${encodeURIComponent(kind)}`);
    return listed(body, definitionColumns, { empty: `No ${kind}.`, name: (definition) => definition.name });
  });
}

const definitionColumns: readonly Column<DefinitionSummary>[] = [
  { title: 'NAME', text: ({ name }) => name, whole: true },
  { title: 'PLACE', text: place, whole: true },
  { title: 'COMMIT', text: ({ commit }) => shortRevision(commit) },
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'TENANT', text: ({ tenant }) => tenant, wide: true },
];

function getDefinition(options: OnlineOptions, path: string): Promise<void> {
  return showOnline<Definition>(options, async (api) => {
    const { stringify } = await import('yaml');
    const { body } = await api.get<Definition>(path);
    return {
      body,
      text: (definition) => `# ${place(definition)} at ${shortRevision(definition.commit)} of ${definition.source}\n${stringify(definition.document, { lineWidth: 0 }).trimEnd()}`,
      names: (definition) => [definition.name],
    };
  });
}
