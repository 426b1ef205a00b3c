/** Sources → entries, reading only files that are not the same objects as before. */

import { withApplicationsFound } from '../stratos4/find-application.ts';
import type { LinkSource } from './input.ts';
import { entriesOf, type Entry } from './registry.ts';
import type { ReadFile, ReadSource } from './state.ts';

export interface ReadSources {
  readonly sources: readonly ReadSource[];
  readonly added: readonly Entry[];
  readonly removed: readonly Entry[];
}

export function readSources(sources: readonly LinkSource[], before: readonly ReadSource[]): ReadSources {
  const added: Entry[] = [];
  const removed: Entry[] = [];
  const next = sources.map((source): ReadSource => {
    const former = before.find((each) => each.source.name === source.name && each.source.scope === source.scope && each.source.tenant === source.tenant);
    const files = new Map<string, ReadFile>();
    const troubledFiles = new Map<string, ReadFile>();
    for (const [path, file] of withApplicationsFound(source.files)) {
      const known = former?.files.get(path);
      const current = known?.file === file ? known : { file, read: entriesOf(source, path, file) };
      files.set(path, current);
      if (file.unreadable || current.read.problems.length > 0) troubledFiles.set(path, current);
      if (current !== known) added.push(...current.read.entries);
    }
    for (const [path, known] of former?.files ?? []) if (files.get(path) !== known) removed.push(...known.read.entries);
    return { source, files, troubledFiles };
  });
  for (const former of before) {
    if (next.some(({ source }) => source.name === former.source.name && source.scope === former.source.scope && source.tenant === former.source.tenant)) continue;
    for (const { read } of former.files.values()) removed.push(...read.entries);
  }
  return { sources: next, added, removed };
}
