/** Links what a change touches: first the documents that others refer to, then applications, then what refers into applications. */

import { applicationId, documentRef, type ApplicationId, type DocumentRef, type TenantName } from '../../../schemas/ids.ts';
import type { ApplicationDeployment } from '../../../schemas/kinds/application-deployment/generated.ts';
import type { ApplicationSignUp } from '../../../schemas/kinds/application-sign-up/generated.ts';
import type { DesiredApplication } from '../../model/desired.ts';
import type { Problem } from '../../model/problem.ts';
import { linkApplication } from './application.ts';
import { checkDomainMapping } from './checks/domain-mapping.ts';
import { checkDocument, isChecked } from './checks/index.ts';
import { checkApplicationSignUp, ownerOf } from './checks/sign-up.ts';
import { createFinder, createWorld, type Finder, type Found, type World } from './finder.ts';
import { kindOf, type Entry, type Registry } from './registry.ts';
import type { Internals, Unit } from './state.ts';

export interface Linked {
  /** Null: the document is gone. */
  readonly changed: ReadonlyMap<DocumentRef, Unit | null>;
  readonly units: ReadonlyMap<DocumentRef, Unit>;
}

/** @param touched documents that were added, removed or replaced. */
export function linkUnits(registry: Registry, touched: ReadonlySet<DocumentRef>, before: Internals, platformTenant: TenantName): Linked {
  if (touched.size === 0) return { changed: new Map(), units: before.units };
  const units = new Map(before.units);
  const changed = new Map<DocumentRef, Unit | null>();
  const set = (ref: DocumentRef, unit: Unit | null): void => {
    changed.set(ref, unit);
    if (unit === null) units.delete(ref);
    else units.set(ref, unit);
  };
  const plain = createWorld(registry, platformTenant, () => none);
  const full = createWorld(registry, platformTenant, (ref) => (phaseOf(ref) === 'document' ? errorsIn(units.get(ref)) : none));
  const usersOf = (refs: Iterable<DocumentRef>): Set<DocumentRef> => new Set([...refs].flatMap((ref) => [ref, ...(before.usedBy.get(ref) ?? [])]));

  const first = usersOf(touched);
  const deployments = deploymentsByApplication(registry);
  for (const ref of touched) for (const id of deployedBy(ref, registry, before.registry)) first.add(id);
  for (const ref of first) if (phaseOf(ref) === 'document') set(ref, unitOf(ref, plain, (found, finder) => checkDocument(found.entry.kind, found, finder)));

  const second = new Set([...first, ...usersOf(changed.keys())]);
  for (const ref of second) {
    if (phaseOf(ref) === 'application') set(ref, applicationUnit(ref, deployments, full, before));
  }

  // Whether a domain may lead into another tenant's application rests on sign-ups, which no mapping names.
  const mappings = [...touched].some((ref) => ref.startsWith('ApplicationSignUp ')) ? [...registry.ofKind('DomainMapping')].flatMap(([entry]) => entry?.ref ?? []) : [];
  const third = new Set([...second, ...usersOf(changed.keys()), ...mappings]);
  const applications = new Map<ApplicationId, DesiredApplication>();
  const signUps = signUpsByTenant(registry);
  for (const ref of third) {
    if (phaseOf(ref) !== 'into-application') continue;
    if (applications.size === 0) for (const { id, application } of units.values()) if (id !== null && application !== null) applications.set(id, application);
    set(ref, unitOf(ref, plain, (found, finder) => (found.entry.kind === 'DomainMapping'
      ? checkDomainMapping(found as Found<'DomainMapping'>, applications, signUps.get(found.entry.tenant) ?? new Set(), finder)
      : checkApplicationSignUp(found as Found<'ApplicationSignUp'>, applications, finder))));
  }
  return { changed, units };
}

const none: readonly Problem[] = [];

function errorsIn(unit: Unit | undefined): readonly Problem[] {
  return unit === undefined || unit.problems.length === 0 ? none : unit.problems.filter(({ severity }) => severity === 'error');
}

type Phase = 'document' | 'application' | 'into-application' | 'none';

function phaseOf(ref: DocumentRef): Phase {
  const kind = kindOf(ref);
  if (kind === 'Application') return 'application';
  if (kind === 'DomainMapping' || kind === 'ApplicationSignUp') return 'into-application';
  return isChecked(kind) ? 'document' : 'none';
}

/** Null when the document is gone; a broken or ambiguous one has nothing more to say than its own problems. */
function unitOf(ref: DocumentRef, world: World, check: (found: Found<Entry['kind']>, finder: Finder) => void): Unit | null {
  const entries = world.registry.get(ref) ?? [];
  const [entry] = entries;
  if (entry === undefined) return null;
  const finder = createFinder(world, entry.tenant);
  if (entries.length === 1 && entry.value !== null) check({ entry, value: entry.value }, finder);
  return { uses: finder.used, problems: finder.problems, blockers: [], application: null, id: null };
}

function applicationUnit(ref: DocumentRef, deployments: ReadonlyMap<ApplicationId, readonly Entry[]>, world: World, { memo }: Internals): Unit | null {
  const [entry] = world.registry.get(ref) ?? [];
  if (entry === undefined) return null;
  const id = applicationId(entry);
  const finder = createFinder(world, entry.tenant);
  const found = finder.look('Application', entry.name, entry.tenant);
  const application = found === null || found === 'broken' ? null : linkApplication(found, deployments.get(id) ?? [], memo, finder);
  return { id, application, uses: finder.used, problems: finder.problems, blockers: finder.blockers };
}

/** Applications whose deployment stands, or stood, in a document. */
function deployedBy(ref: DocumentRef, now: Registry, before: Registry): DocumentRef[] {
  if (!ref.startsWith('ApplicationDeployment ')) return [];
  return [...(now.get(ref) ?? []), ...(before.get(ref) ?? [])].flatMap(({ tenant, value }) =>
    (value === null ? [] : [documentRef({ kind: 'Application', tenant, name: (value as ApplicationDeployment).spec.application })]));
}

function deploymentsByApplication(registry: Registry): Map<ApplicationId, Entry[]> {
  const result = new Map<ApplicationId, Entry[]>();
  for (const entries of registry.ofKind('ApplicationDeployment')) {
    for (const entry of entries) {
      if (entry.value === null) continue;
      const id = applicationId({ tenant: entry.tenant, name: (entry.value as ApplicationDeployment).spec.application });
      result.set(id, [...(result.get(id) ?? []), entry]);
    }
  }
  return result;
}

function signUpsByTenant(registry: Registry): Map<TenantName, Set<string>> {
  const result = new Map<TenantName, Set<string>>();
  for (const entries of registry.ofKind('ApplicationSignUp')) {
    for (const { tenant, value } of entries) {
      if (value === null) continue;
      const owner = ownerOf((value as ApplicationSignUp).spec.application, tenant);
      result.set(tenant, (result.get(tenant) ?? new Set()).add(applicationId(owner)));
    }
  }
  return result;
}
