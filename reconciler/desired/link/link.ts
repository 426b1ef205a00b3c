/**
 * Documents → what is desired. Pure: the same input gives the same result, whatever was linked before; the former state only
 * saves work, and holds what was last good. An origin names the revision at which its file was first read as it is.
 * What cannot be linked stands as it was, with the errors that hold it; what is gone from a file that can be read is gone.
 */

import type { SourceName, TenantName } from '../../../schemas/ids.ts';
import { isKindName } from '../../../schemas/kinds/index.ts';
import type { Origin, Problem } from '../../model/problem.ts';
import { assemble } from './assemble.ts';
import type { LinkInput } from './input.ts';
import { createMemo } from './memo.ts';
import { readSources } from './read-sources.ts';
import { emptyRegistry, withEntries } from './registry.ts';
import { withTested, withUses, type Internals, type LinkedDocument, type LinkState } from './state.ts';
import { linkUnits } from './units.ts';

export type { LinkedDocument, LinkState } from './state.ts';

const nothing = (): Internals => ({
  sources: [], registry: emptyRegistry, units: new Map(), usedBy: new Map(), troubled: new Set(), clashing: new Set(), vanished: new Map(), memo: createMemo(),
});

/** @param former the state that the last call returned; null the first time. */
export function link(input: LinkInput, former: LinkState | null): LinkState {
  const before = former?.internals ?? nothing();
  const { sources, added, removed } = readSources(input.sources, before.sources);
  const registry = added.length + removed.length === 0 ? before.registry : withEntries(before.registry, removed, added);
  const touched = new Set([...removed, ...added].map(({ ref }) => ref));
  const { changed, units } = linkUnits(registry, touched, before, input.platformTenant);
  const usedBy = withUses(before.usedBy, before.units, changed);
  const troubled = withTested(before.troubled, changed.keys(), (ref) => (units.get(ref)?.problems.length ?? 0) + (units.get(ref)?.blockers.length ?? 0) > 0);
  const clashing = withTested(before.clashing, touched, (ref) => (registry.get(ref)?.length ?? 0) > 1);
  const linked = { sources, registry, units, usedBy, troubled, clashing, memo: before.memo };
  const { desired, problems, vanished } = assemble(input, linked, changed, former);
  const internals: Internals = { ...linked, vanished };
  return { desired, problems, internals, documents: (of) => documentsOf(internals, of), originOf: (problem) => originOf(internals, problem) };
}

function originOf({ registry, sources }: Internals, { document, file, source, pointer }: Problem): Origin | null {
  const entry = document === undefined ? undefined : registry.get(document)?.find(({ origin }) => origin.path === file && origin.source === source);
  if (entry !== undefined) return { ...entry.origin, pointer: pointer ?? '' };
  const read = sources.find((each) => each.source.name === source);
  return read?.files.has(file) === true ? { source, revision: read.source.revision, path: file, document: 0, pointer: pointer ?? '' } : null;
}

function documentsOf({ registry, sources }: Internals, { tenant, kind }: { tenant: TenantName; kind: string }): LinkedDocument[] {
  const lines = (name: SourceName, { path, document }: Origin): number =>
    sources.find(({ source }) => source.name === name)?.files.get(path)?.file.documents.find(({ index }) => index === document)?.line ?? 1;
  const found = (isKindName(kind) ? [...registry.ofKind(kind)] : []).flatMap(([entry]) => (entry !== undefined && entry.tenant === tenant && entry.value !== null ? [entry] : []));
  return found
    .map(({ ref, name, origin, value }) => ({ ref, name, origin, value, line: lines(origin.source, origin) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
