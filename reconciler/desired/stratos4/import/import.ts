/**
 * A folder of old documents → the same in native YAML: one file for each document, at the same place, with what changed said
 * above it. Pure. Documents with errors are left out and told; native files are taken over as they are.
 */

import type { Application } from '../../../../schemas/kinds/application/generated.ts';
import type { ApplicationDeployment } from '../../../../schemas/kinds/application-deployment/generated.ts';
import type { CartridgeGroup } from '../../../../schemas/kinds/cartridge-group/generated.ts';
import type { NativeDocument } from '../../../../schemas/kinds/documents.ts';
import type { ParsedDocument, ParsedFile } from '../../parse/parsed.ts';
import { withApplicationsFound } from '../find-application.ts';
import { nativeGroups, type NativeGroups } from './native-groups.ts';
import { neededSecrets, type NeededSecret } from './needed-secrets.ts';
import { toYaml } from './to-yaml.ts';

export interface Imported {
  readonly written: readonly { readonly path: string; readonly from: string; readonly text: string }[];
  /** Files that are native already. */
  readonly taken: readonly string[];
  /** Files, or documents in them, that do not come along. */
  readonly left: readonly { readonly path: string; readonly line: number | null; readonly reason: string }[];
  /** What the platform has to be given: the files held the secrets themselves. */
  readonly secrets: readonly NeededSecret[];
}

/** @param files path below the folder → what the file holds. */
export function importDefinitions(files: ReadonlyMap<string, ParsedFile>): Imported {
  const found = withApplicationsFound(files);
  const documents = [...found.values()].flatMap((file) => file.documents);
  const groups = nativeGroups(old(documents, 'CartridgeGroup') as CartridgeGroup[], (old(documents, 'Application') as Application[]).map(({ spec }) => spec.components ?? {}));
  const context: Context = { groups, deployed: deployedNames(documents), paths: new Set(files.keys()) };
  const written: Imported['written'][number][] = [];
  const taken: string[] = [];
  const left: Imported['left'][number][] = [];
  const secrets: { document: NativeDocument; path: string }[] = [];
  for (const [path, file] of found) {
    left.push(...leftIn(path, file));
    if (!file.documents.some(({ dialect }) => dialect === 'stratos4')) {
      if (file.documents.length > 0) taken.push(path);
      continue;
    }
    const usable = file.documents.flatMap((document) => (document.value === null ? [] : [{ document, value: document.value }]));
    for (const [index, { document, value }] of usable.entries()) {
      const target = targetOf(path, usable.length === 1 ? null : index + 1, context.paths);
      written.push({ path: target, from: path, text: textOf(path, file, document, value, context) });
      secrets.push({ document: value, path: target });
    }
  }
  return { written, taken, left, secrets: neededSecrets(secrets) };
}

interface Context {
  readonly groups: NativeGroups;
  /** Names of applications that an ApplicationDeployment runs. */
  readonly deployed: ReadonlySet<string>;
  /** Every path that is taken, old files and new ones. */
  readonly paths: Set<string>;
}

function old(documents: readonly ParsedDocument[], kind: string): NativeDocument[] {
  return documents.flatMap(({ dialect, value }) => (dialect === 'stratos4' && value?.kind === kind ? [value] : []));
}

function deployedNames(documents: readonly ParsedDocument[]): ReadonlySet<string> {
  return new Set(documents.flatMap(({ value }) => (value?.kind === 'ApplicationDeployment' ? [(value as ApplicationDeployment).spec.application] : [])));
}

/** `a/b.json` → `a/b.yaml`; of several documents in one file, `a/b-1.yaml` and so on. */
function targetOf(path: string, number: number | null, paths: Set<string>): string {
  const stem = `${path.replace(/\.[^./]*$/, '')}${number === null ? '' : `-${number}`}`;
  const free = [`${stem}.yaml`, ...Array.from({ length: paths.size + 1 }, (_, index) => `${stem}-from-json${index === 0 ? '' : `-${index + 1}`}.yaml`)].find((each) => !paths.has(each) || each === path);
  const target = free ?? `${stem}.yaml`;
  paths.add(target);
  return target;
}

function leftIn(path: string, file: ParsedFile): Imported['left'][number][] {
  const broken = [...file.documents.filter(({ value }) => value === null), ...(file.unreadable && file.documents.length === 0 ? [null] : [])];
  const unnamed = file.problems.filter(({ code }) => code === 'application-not-named');
  return [
    ...broken.map((document) => ({ path, line: document?.line ?? null, reason: document === null ? 'it cannot be read' : `the ${document.kind} ${JSON.stringify(document.name)} has errors` })),
    ...unnamed.map(({ line, message }) => ({ path, line, reason: message })),
    ...file.ignored.map(({ reason }) => ({ path, line: null, reason: `it is no definition: ${reason}` })),
  ];
}

function textOf(path: string, file: ParsedFile, document: ParsedDocument, value: NativeDocument, { groups, deployed }: Context): string {
  const remarks = file.problems.filter((problem) => problem.document === document.index).map(({ line, message, severity }) => `${severity === 'warning' ? 'Changed' : 'Note'}, line ${line ?? 1}: ${message}.`);
  const from = `From ${path}, line ${document.line}.`;
  if (document.dialect === 'native') return toYaml(value, [from]);
  if (value.kind === 'CartridgeGroup') {
    const { spec, remark } = groups.definition(value as CartridgeGroup);
    return toYaml({ ...value, spec }, [from, ...remarks, ...(remark === null ? [] : [remark])]);
  }
  if (value.kind !== 'Application') return toYaml(value, [from, ...remarks]);
  const { spec, ...rest } = value as Application;
  const runs = deployed.has(value.metadata.name);
  const native = { ...rest, spec: { ...(runs ? {} : { deployed: false }), ...spec, ...(spec.components === undefined ? {} : { components: groups.components(spec.components) }) } };
  return toYaml(native, [from, ...remarks, ...(runs ? [] : ['It was never deployed by a file: take "deployed: false" out to run it.'])]);
}
