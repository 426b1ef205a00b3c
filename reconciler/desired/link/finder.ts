/**
 * Looks names up for one document that is being linked, and keeps book: which documents it depends on (also those that
 * were looked for in vain), what is wrong with it, and which errors elsewhere keep it from being linked.
 */

import { documentRef, type DocumentRef, type TenantName } from '../../../schemas/ids.ts';
import type { KindName } from '../../../schemas/kinds/index.ts';
import type { DocumentOfKind, NativeDocument } from '../../../schemas/kinds/documents.ts';
import type { Problem } from '../../model/problem.ts';
import { didYouMean } from '../../../schemas/nearest.ts';
import { clashes, problemAt, type Entry, type Registry } from './registry.ts';

/** A document that can be used. */
export interface Found<K extends KindName> {
  readonly entry: Entry;
  readonly value: DocumentOfKind[K];
}

/** Where in which document something is said. */
export interface Place {
  readonly entry: Entry;
  readonly pointer: string;
}

/** What all finders of one round look into. */
export interface World {
  readonly platformTenant: TenantName;
  readonly registry: Registry;
  look(kind: KindName, name: string, tenant: TenantName): Looked;
}

/** What a name leads to; `errors` tells why it cannot be used. */
export interface Looked {
  readonly ref: DocumentRef;
  readonly found: Found<KindName> | null;
  readonly errors: readonly Problem[];
}

/** @param errorsOf errors that linking found in a document other than an application. */
export function createWorld(registry: Registry, platformTenant: TenantName, errorsOf: (ref: DocumentRef) => readonly Problem[]): World {
  // Applications name the same few documents over and over: each is looked up once.
  const known = new Map<TenantName, Map<KindName, Map<string, Looked>>>();
  return {
    platformTenant, registry,
    look(kind, name, tenant) {
      const kinds = known.get(tenant) ?? new Map<KindName, Map<string, Looked>>();
      known.set(tenant, kinds);
      const names = kinds.get(kind) ?? new Map<string, Looked>();
      kinds.set(kind, names);
      const looked = names.get(name) ?? lookUp(registry, documentRef({ kind, tenant, name }), errorsOf);
      names.set(name, looked);
      return looked;
    },
  };
}

function lookUp(registry: Registry, ref: DocumentRef, errorsOf: (ref: DocumentRef) => readonly Problem[]): Looked {
  const entries = registry.get(ref) ?? [];
  const [entry] = entries;
  if (entry === undefined) return { ref, found: null, errors: [] };
  const errors = [...clashes(entries), ...entries.flatMap(({ problems }) => problems), ...errorsOf(ref)];
  return { ref, found: errors.length === 0 && entry.value !== null ? { entry, value: entry.value } : null, errors };
}

export interface Finder {
  readonly tenant: TenantName;
  readonly platformTenant: TenantName;
  /** What was looked up; null for what is missing or broken. */
  readonly used: ReadonlyMap<DocumentRef, NativeDocument | null>;
  /** What this linking found, warnings included. */
  readonly problems: readonly Problem[];
  /** Errors found here and in the documents used. */
  readonly blockers: readonly Problem[];
  /** The document of that name in the own tenant, then in the platform. Null and reported when it is missing or broken. */
  find<K extends KindName>(kind: K, name: string, from: Place): Found<K> | null;
  /** The same without a word when it is missing. */
  look<K extends KindName>(kind: K, name: string, tenant: TenantName): Found<K> | null | 'broken';
  error(at: Place, code: string, message: string): void;
  warn(at: Place, code: string, message: string): void;
  /** What may be meant, and may be worth knowing. */
  note(at: Place, code: string, message: string): void;
}

export function createFinder(world: World, tenant: TenantName): Finder {
  const used = new Map<DocumentRef, NativeDocument | null>();
  const problems: Problem[] = [];
  const blockers: Problem[] = [];
  const tenants = tenant === world.platformTenant ? [tenant] : [tenant, world.platformTenant];

  const look = <K extends KindName>(kind: K, name: string, of: TenantName): Found<K> | null | 'broken' => {
    const { ref, found, errors } = world.look(kind, name, of);
    if (!used.has(ref)) {
      used.set(ref, found?.value ?? null);
      blockers.push(...errors);
    }
    return found === null && errors.length > 0 ? 'broken' : (found as Found<K> | null);
  };

  const report = (at: Place, severity: Problem['severity'], code: string, message: string): void => {
    const problem = problemAt(at.entry, at.pointer, code, message, severity);
    problems.push(problem);
    if (severity === 'error') blockers.push(problem);
  };

  return {
    tenant, platformTenant: world.platformTenant, used, problems, blockers, look,
    find(kind, name, from) {
      for (const each of tenants) {
        const found = look(kind, name, each);
        if (found === 'broken') return null;
        if (found !== null) return found;
      }
      const known = namesOf(world.registry, kind, tenants);
      const list = known.length === 0 ? `; no ${kind} is defined` : known.length <= 8 ? `; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}` : '';
      report(from, 'error', 'unknown-reference', `there is no ${kind} ${JSON.stringify(name)}${didYouMean(name, known) || list}`);
      return null;
    },
    error: (at, code, message) => report(at, 'error', code, message),
    warn: (at, code, message) => report(at, 'warning', code, message),
    note: (at, code, message) => report(at, 'info', code, message),
  };
}

/** Only walked for a message: what is missing is rare. */
function namesOf(registry: Registry, kind: KindName, tenants: readonly TenantName[]): string[] {
  const names = [...registry.ofKind(kind)].flatMap(([entry]) => (entry !== undefined && tenants.includes(entry.tenant) ? [entry.name] : []));
  return [...new Set(names)].sort();
}
