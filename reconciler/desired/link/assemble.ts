/** Units → Desired and the list of problems: what is held at its last good, and what may not be removed yet. */

import { documentRef, tenantName, type ApplicationId, type DocumentRef, type SourceName, type TenantName } from '../../../schemas/ids.ts';
import type { Approval as ApprovalDocument } from '../../../schemas/kinds/approval/generated.ts';
import type { Tenant } from '../../../schemas/kinds/tenant/generated.ts';
import type { Approval, Desired, DesiredApplication, DesiredSource, DesiredTenant } from '../../model/desired.ts';
import type { Problem } from '../../model/problem.ts';
import type { LinkInput } from './input.ts';
import { allProblems, readingProblems } from './problems.ts';
import { originIn } from './registry.ts';
import type { Internals, LinkState, Unit } from './state.ts';

export interface Assembled {
  readonly desired: Desired;
  readonly problems: readonly Problem[];
  readonly vanished: ReadonlyMap<ApplicationId, DesiredApplication>;
}

type Linked = Omit<Internals, 'vanished'>;

export function assemble(input: LinkInput, linked: Linked, changed: ReadonlyMap<DocumentRef, Unit | null>, former: LinkState | null): Assembled {
  const applications = new Map(former?.desired.applications);
  const vanished = heldByWhatIsNotRead(input, linked, changed, former);
  for (const id of former?.internals.vanished.keys() ?? []) applications.delete(id);
  for (const [ref, unit] of changed) {
    const id = unit?.id ?? former?.internals.units.get(ref)?.id ?? null;
    if (id === null) continue;
    const application = unit === null ? undefined : standing(unit, former?.desired.applications.get(id) ?? input.lastGood.applications.get(id));
    if (application === undefined) applications.delete(id);
    else applications.set(id, application);
  }
  for (const [id, application] of vanished) applications.set(id, application);
  const desired: Desired = {
    applications,
    sources: sourcesOf(input, linked, applications),
    dependents: dependentsOf(linked, former, changed),
    approvals: approvalsOf(linked),
    tenants: tenantsOf(input, linked, former),
  };
  return { desired, problems: allProblems(input, linked, vanished), vanished };
}

/** As the repository says now; else as it was last good; undefined when neither is known. */
function standing(unit: Unit, lastGood: DesiredApplication | undefined): DesiredApplication | undefined {
  if (unit.blockers.length === 0 && unit.application !== null) return unit.application;
  return lastGood === undefined ? undefined : { ...lastGood, heldBy: unit.blockers };
}

/** Applications that no document names now, because the file or the source that named them cannot be read: they are not gone. */
function heldByWhatIsNotRead(input: LinkInput, { sources, units }: Linked, changed: ReadonlyMap<DocumentRef, Unit | null>, former: LinkState | null): Map<ApplicationId, DesiredApplication> {
  const candidates = new Map(former === null ? input.lastGood.applications : former.internals.vanished);
  for (const [ref, unit] of changed) {
    const id = (unit === null ? former?.internals.units.get(ref)?.id : undefined) ?? null;
    const application = id === null ? undefined : former?.desired.applications.get(id);
    if (application !== undefined) candidates.set(application.id, application);
  }
  const held = new Map<ApplicationId, DesiredApplication>();
  for (const application of candidates.values()) {
    if (units.has(documentRef({ kind: 'Application', tenant: application.tenant, name: application.name }))) continue;
    const read = sources.find(({ source }) => source.name === application.origin.source);
    const problems = read === undefined ? [notRead(application)] : readingProblems(read, application.origin.path);
    if (problems.length === 0) continue;
    const same = JSON.stringify(application.heldBy) === JSON.stringify(problems);
    held.set(application.id, same ? application : { ...application, heldBy: problems });
  }
  return held;
}

function notRead({ origin }: DesiredApplication): Problem {
  return { severity: 'error', code: 'source-not-read', message: `the source ${origin.source} has not been read`, source: origin.source, file: origin.path, line: null, column: null };
}

function sourcesOf(input: LinkInput, { sources, units, troubled }: Linked, applications: ReadonlyMap<ApplicationId, DesiredApplication>): Map<SourceName, DesiredSource> {
  const homeless = new Map<SourceName, string>();
  for (const ref of troubled) {
    const { id = null, blockers = [] } = units.get(ref) ?? {};
    const [first] = blockers;
    if (first !== undefined && id !== null && !applications.has(id)) homeless.set(first.source, `${first.file} has errors, and what it wanted before is not known`);
  }
  const unreadable = sources.flatMap(({ source, troubledFiles }) => [...source.unreadable.keys(), ...[...troubledFiles].flatMap(([path, { file }]) => (file.unreadable ? [path] : []))].map((path) => ({ source: source.name, path })));
  const known = unreadable.length === 0 ? new Set<string>() : new Set([...applications.values()].map(({ origin }) => `${origin.source} ${origin.path}`));
  return new Map(input.sources.map(({ name, revision, removalsHeldBy }) => {
    const unknown = unreadable.find((each) => each.source === name && !known.has(`${name} ${each.path}`));
    const reason = removalsHeldBy ?? (unknown === undefined ? null : `${unknown.path} cannot be read, and what it defines is not known`) ?? homeless.get(name) ?? null;
    return [name, { revision, removalsHeldBy: reason }];
  }));
}

function dependentsOf({ usedBy, units }: Linked, former: LinkState | null, changed: ReadonlyMap<DocumentRef, Unit | null>): ReadonlyMap<DocumentRef, readonly ApplicationId[]> {
  if (former !== null && usedBy === former.internals.usedBy) return former.desired.dependents;
  const next = new Map(former?.desired.dependents);
  const touched = new Set<DocumentRef>();
  for (const [ref, unit] of changed) {
    for (const used of unit?.uses.keys() ?? []) touched.add(used);
    for (const used of former?.internals.units.get(ref)?.uses.keys() ?? []) touched.add(used);
  }
  for (const ref of touched) {
    const users = (usedBy.get(ref) ?? []).flatMap((user) => units.get(user)?.id ?? []);
    if (users.length === 0) next.delete(ref);
    else next.set(ref, users);
  }
  return next;
}

function approvalsOf({ registry }: Linked): Map<string, Approval> {
  const approvals = new Map<string, Approval>();
  for (const [entry, second] of registry.ofKind('Approval')) {
    if (entry === undefined || second !== undefined || entry.value === null) continue;
    const { hold, reason, expires } = (entry.value as ApprovalDocument).spec;
    const expiresAtMs = Date.parse(expires);
    if (expiresAtMs > (approvals.get(hold)?.expiresAtMs ?? Number.NEGATIVE_INFINITY)) approvals.set(hold, { hold, reason, expiresAtMs, origin: originIn(entry, '') });
  }
  return approvals;
}

function tenantsOf(input: LinkInput, { registry }: Linked, former: LinkState | null): Map<TenantName, DesiredTenant> {
  const plain = (name: TenantName): DesiredTenant => ({ name, active: true, memberQuota: null, repositories: name === input.platformTenant ? null : [] });
  const tenants = new Map([input.platformTenant, ...input.sources.map(({ tenant }) => tenant)].map((name) => [name, plain(name)]));
  for (const entries of registry.ofKind('Tenant')) {
    const [entry] = entries;
    if (entry === undefined) continue;
    const name = tenantName(entry.name);
    if (entries.length > 1 || entry.value === null) {
      tenants.set(name, former?.desired.tenants.get(name) ?? input.lastGood.tenants.get(name) ?? plain(name));
      continue;
    }
    const { active, quota, repositories } = (entry.value as Tenant).spec;
    tenants.set(name, { name, active: active ?? true, memberQuota: quota?.members ?? null, repositories: repositories ?? plain(name).repositories });
  }
  return tenants;
}
