/**
 * What linking leaves behind for the next time, so that a change costs what it touches.
 * Invariant: a unit is valid as long as no document that it used, or looked for in vain, has changed.
 */

import type { ApplicationId, DocumentRef, TenantName } from '../../../schemas/ids.ts';
import type { NativeDocument } from '../../../schemas/kinds/documents.ts';
import type { Desired, DesiredApplication } from '../../model/desired.ts';
import type { Origin, Problem } from '../../model/problem.ts';
import type { ParsedFile } from '../parse/parsed.ts';
import type { LinkSource } from './input.ts';
import type { Memo } from './memo.ts';
import type { FileEntries, Registry } from './registry.ts';

/** One document that has been checked, or one application that has been linked. */
export interface Unit {
  /** What was looked up; null for what is missing or broken. */
  readonly uses: ReadonlyMap<DocumentRef, NativeDocument | null>;
  readonly problems: readonly Problem[];
  /** Of an application only: errors that keep it from being linked. */
  readonly blockers: readonly Problem[];
  readonly application: DesiredApplication | null;
  readonly id: ApplicationId | null;
}

export interface ReadFile {
  readonly file: ParsedFile;
  readonly read: FileEntries;
}

export interface ReadSource {
  readonly source: LinkSource;
  readonly files: ReadonlyMap<string, ReadFile>;
  /** Those with problems, or that could not be read as a whole. */
  readonly troubledFiles: ReadonlyMap<string, ReadFile>;
}

export interface Internals {
  readonly sources: readonly ReadSource[];
  readonly registry: Registry;
  readonly units: ReadonlyMap<DocumentRef, Unit>;
  /** Document → the documents whose units used it. */
  readonly usedBy: ReadonlyMap<DocumentRef, readonly DocumentRef[]>;
  /** Units with something to tell. */
  readonly troubled: ReadonlySet<DocumentRef>;
  /** Identities that several documents share. */
  readonly clashing: ReadonlySet<DocumentRef>;
  /** Applications that no document names, held because something could not be read. */
  readonly vanished: ReadonlyMap<ApplicationId, DesiredApplication>;
  readonly memo: Memo;
}

export interface LinkState {
  readonly desired: Desired;
  /** Of all files and all linking; errors name the applications that they hold. A null line means that it has to be looked up with `positionOf`. */
  readonly problems: readonly Problem[];
  /** The documents of a kind in a tenant, those without errors, by name. */
  documents(of: { readonly tenant: TenantName; readonly kind: string }): readonly LinkedDocument[];
  /** Where a problem of linking stands, for looking up its line; null when its file is not there. */
  originOf(problem: Problem): Origin | null;
  /** For the next call. */
  readonly internals: Internals;
}

export interface LinkedDocument {
  readonly ref: DocumentRef;
  readonly name: string;
  readonly origin: Origin;
  readonly line: number;
  readonly value: unknown;
}

const noUses: Unit['uses'] = new Map();

/** Brings a reverse index up to date in a copy, touching only what changed. */
export function withUses(usedBy: ReadonlyMap<DocumentRef, readonly DocumentRef[]>, before: ReadonlyMap<DocumentRef, Unit>, changed: ReadonlyMap<DocumentRef, Unit | null>): ReadonlyMap<DocumentRef, readonly DocumentRef[]> {
  const added = new Map<DocumentRef, DocumentRef[]>();
  const removed = new Map<DocumentRef, Set<DocumentRef>>();
  for (const [user, unit] of changed) {
    const former = before.get(user)?.uses ?? noUses;
    const now = unit?.uses ?? noUses;
    for (const ref of now.keys()) if (!former.has(ref)) push(added, ref, user);
    for (const ref of former.keys()) if (!now.has(ref)) removed.set(ref, (removed.get(ref) ?? new Set()).add(user));
  }
  if (added.size === 0 && removed.size === 0) return usedBy;
  const next = new Map(usedBy);
  for (const ref of new Set([...added.keys(), ...removed.keys()])) {
    const gone = removed.get(ref);
    const kept = gone === undefined ? (next.get(ref) ?? []) : (next.get(ref) ?? []).filter((user) => !gone.has(user));
    const users = [...kept, ...(added.get(ref) ?? [])];
    if (users.length === 0) next.delete(ref);
    else next.set(ref, users);
  }
  return next;
}

function push(lists: Map<DocumentRef, DocumentRef[]>, ref: DocumentRef, user: DocumentRef): void {
  const list = lists.get(ref);
  if (list === undefined) lists.set(ref, [user]);
  else list.push(user);
}

/** The set with each of some members put in or taken out, as a test says. */
export function withTested<T>(set: ReadonlySet<T>, members: Iterable<T>, test: (member: T) => boolean): ReadonlySet<T> {
  const next = new Set(set);
  for (const member of members) {
    if (test(member)) next.add(member);
    else next.delete(member);
  }
  return next;
}
