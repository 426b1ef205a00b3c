/**
 * Sign-ups and domain mappings of old documents, once all files of a source are known: which application they concern, and
 * where in it the cartridge stands that they name by its alias alone. Pure; a file that comes to the same is the same object.
 */

import type { Application } from '../../../schemas/kinds/application/generated.ts';
import type { ApplicationSignUp } from '../../../schemas/kinds/application-sign-up/generated.ts';
import type { DomainMapping } from '../../../schemas/kinds/domain-mapping/generated.ts';
import type { NativeDocument } from '../../../schemas/kinds/documents.ts';
import type { Components } from '../../../schemas/kinds/shared/components.generated.ts';
import type { ConcerningDocument, FileProblem, ParsedDocument, ParsedFile } from '../parse/parsed.ts';
import { pointerOf, stepsOf } from '../parse/pointer.ts';
import { nativeAlias, nativeName } from './naming.ts';

type Files = ReadonlyMap<string, ParsedFile>;

/** What a file came to the last time, and by which applications: they are told apart as objects. */
const remembered = new WeakMap<ParsedFile, { readonly applications: readonly (ParsedDocument | null)[]; readonly file: ParsedFile }>();

/** The same files, with documents in the place of those that only concern an application. */
export function withApplicationsFound(files: Files): Files {
  const waiting = [...files].filter(([, { concerning }]) => concerning !== undefined);
  if (waiting.length === 0) return files;
  const applications = applicationsIn(files);
  const found = new Map(files);
  for (const [path, file] of waiting) found.set(path, completed(path, file, applications));
  return found;
}

interface Applications {
  readonly byName: ReadonlyMap<string, ParsedDocument>;
  readonly byFolder: ReadonlyMap<string, readonly ParsedDocument[]>;
}

function applicationsIn(files: Files): Applications {
  const byName = new Map<string, ParsedDocument>();
  const byFolder = new Map<string, ParsedDocument[]>();
  for (const [path, { documents }] of files) {
    for (const document of documents) {
      if (document.kind !== 'Application') continue;
      byName.set(document.name, document);
      byFolder.set(folderOf(path), [...(byFolder.get(folderOf(path)) ?? []), document]);
    }
  }
  return { byName, byFolder };
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

function completed(path: string, file: ParsedFile, { byName, byFolder }: Applications): ParsedFile {
  const concerning = file.concerning ?? [];
  const beside = byFolder.get(folderOf(path)) ?? [];
  const applications = concerning.map(({ application }) => (application === null ? (beside.length === 1 ? (beside[0] ?? null) : null) : (byName.get(application) ?? null)));
  const known = remembered.get(file);
  if (known !== undefined && known.applications.length === applications.length && known.applications.every((each, index) => each === applications[index])) return known.file;
  const documents = concerning.flatMap((document, index): ParsedDocument[] => {
    const name = applications[index]?.name ?? document.application;
    return name === null ? [] : [complete(document, name, applications[index] ?? null)];
  });
  const lost = concerning.filter(({ application }, index) => application === null && applications[index] === null);
  const result: ParsedFile = { ...file, documents: [...file.documents, ...documents], problems: [...file.problems, ...unknownApplications(lost, beside.length)] };
  remembered.set(file, { applications, file: result });
  return result;
}

function unknownApplications(documents: readonly ConcerningDocument[], beside: number): FileProblem[] {
  return [...new Set(documents.map(({ index }) => index))].map((index) => ({
    severity: 'warning', code: 'application-not-named', document: index, pointer: '', line: null, column: null,
    message: `it does not say which application it concerns, and ${beside === 0 ? 'no application stands' : `${beside} applications stand`} in its folder`,
    hint: 'Add "applicationId" to it, or put it into the folder of its application.',
  }));
}

function complete(document: ConcerningDocument, name: string, application: ParsedDocument | null): ParsedDocument {
  const { application: _said, ...rest } = document;
  const own = document.kind === 'ApplicationSignUp' ? name : nativeName(`${name}-${document.name}`);
  const paths = pathsIn(application);
  return { ...rest, name: own, value: document.value === null ? null : completeValue(document.value, own, name, paths), pointers: withPaths(document.pointers ?? {}, paths) };
}

const repositories = '/spec/artifactRepositories/';

/** Where an alias was the key, its path is now. */
function withPaths(pointers: Readonly<Record<string, string>>, paths: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(pointers).map(([pointer, old]) => {
    const [alias, ...rest] = pointer.startsWith(repositories) ? stepsOf(pointer.slice(repositories.length - 1)) : [];
    return [alias === undefined ? pointer : `${repositories.slice(0, -1)}${pointerOf([pathOf(alias, paths), ...rest])}`, old];
  }));
}

const pathOf = (alias: string, paths: ReadonlyMap<string, string>): string => paths.get(alias) ?? nativeAlias(alias);

function completeValue(value: NativeDocument, own: string, application: string, paths: ReadonlyMap<string, string>): NativeDocument {
  const metadata = { ...value.metadata, name: own };
  if (value.kind === 'DomainMapping') return { ...value, metadata, spec: { ...value.spec, application, cartridge: pathOf(value.spec.cartridge, paths) } } satisfies DomainMapping;
  const { spec } = value as ApplicationSignUp;
  const byPath = Object.entries(spec.artifactRepositories ?? {}).map(([alias, repository]) => [pathOf(alias, paths), repository] as const);
  return { ...(value as ApplicationSignUp), metadata, spec: { ...spec, application, artifactRepositories: Object.fromEntries(byPath) } };
}

/** Alias of a cartridge → its path; aliases are unique in an old application. */
function pathsIn(application: ParsedDocument | null): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const walk = (components: Components | undefined, above: string): void => {
    for (const alias of Object.keys(components?.cartridges ?? {})) paths.set(alias, `${above}${alias}`);
    for (const [alias, group] of Object.entries(components?.groups ?? {})) walk(group, `${above}${alias}/`);
  };
  walk((application?.value as Application | null | undefined)?.spec.components, '');
  return paths;
}
