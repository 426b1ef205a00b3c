/**
 * Looks names up for one document that is being linked, and keeps book: which documents it depends on (also those that
 * were looked for in vain), what is wrong with it, and which errors elsewhere keep it from being linked.
 */

import { documentRef, type DocumentRef, type TenantName } from '../../../schemas/ids.ts';
import type { KindName } from '../../../schemas/kinds/index.ts';
import type { DocumentOfKind, NativeDocument } from '../../../schemas/kinds/documents.ts';
import type { Problem } from '../../model/problem.ts';
import { didYouMean } from '../parse/nearest.ts';
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

export interface World {
  readonly registry: Registry;
  readonly platformTenant: TenantName;
  /** Errors that linking found in a document other than an application. */
  readonly errorsOf: (ref: DocumentRef) => readonly Problem[];
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

  const results = new Map<DocumentRef, Found<KindName> | null | 'broken'>();

  const look = <K extends KindName>(kind: K, name: string, of: TenantName): Found<K> | null | 'broken' => {
    const ref = documentRef({ kind, tenant: of, name });
    const known = results.get(ref);
    if (known !== undefined) return known as Found<K> | null | 'broken';
    const result = lookUp(world, kind, ref, blockers);
    results.set(ref, result);
    used.set(ref, result === null || result === 'broken' ? null : result.value);
    return result as Found<K> | null | 'broken';
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

/** Errors of a document that cannot be used are added to the blockers. */
function lookUp(world: World, kind: KindName, ref: DocumentRef, blockers: Problem[]): Found<KindName> | null | 'broken' {
  const entries = world.registry.getOf(kind, ref);
  const [entry] = entries ?? [];
  if (entries === undefined || entry === undefined) return null;
  const found = world.errorsOf(ref);
  if (entries.length === 1 && entry.problems.length === 0 && found.length === 0 && entry.value !== null) return { entry, value: entry.value };
  blockers.push(...clashes(entries), ...entries.flatMap((each) => each.problems), ...found);
  return 'broken';
}

/** Only walked for a message: what is missing is rare. */
function namesOf(registry: Registry, kind: KindName, tenants: readonly TenantName[]): string[] {
  const names = [...registry.ofKind(kind)].flatMap(([entry]) => (entry !== undefined && tenants.includes(entry.tenant) ? [entry.name] : []));
  return [...new Set(names)].sort();
}
