/** Units → Desired and the list of problems: what is held at its last good, and what may not be removed yet. */

import { tenantName, type ApplicationId, type DocumentRef, type SourceName, type TenantName } from '../../../schemas/ids.ts';
import type { Approval as ApprovalDocument } from '../../../schemas/kinds/approval/generated.ts';
import type { Tenant } from '../../../schemas/kinds/tenant/generated.ts';
import type { Approval, Desired, DesiredApplication, DesiredSource, DesiredTenant } from '../../model/desired.ts';
import type { Problem } from '../../model/problem.ts';
import type { LinkInput } from './input.ts';
import type { LinkState } from './link.ts';
import { allProblems, readingProblems } from './problems.ts';
import { originIn } from './registry.ts';
import type { Internals, Unit } from './state.ts';

export function assemble(input: LinkInput, internals: Internals, changed: ReadonlyMap<DocumentRef, Unit | null>, former: LinkState | null): { desired: Desired; problems: readonly Problem[] } {
  const lastGood = (id: ApplicationId): DesiredApplication | undefined => former?.desired.applications.get(id) ?? input.lastGood.applications.get(id);
  const applications = new Map(former?.desired.applications);
  const homeless = new Map<SourceName, string>();
  for (const [ref, unit] of changed) {
    const id = unit?.id ?? former?.internals.units.get(ref)?.id ?? null;
    if (id === null) continue;
    const application = unit === null ? undefined : standing(unit, lastGood(id));
    if (application === undefined) applications.delete(id);
    else applications.set(id, application);
  }
  const linked = new Map([...internals.units.values()].flatMap((unit): [ApplicationId, Unit][] => (unit.id === null ? [] : [[unit.id, unit]])));
  for (const [id, unit] of linked) {
    const [first] = unit.blockers;
    if (first !== undefined && !applications.has(id)) homeless.set(first.source, `${first.file} has errors, and what it wanted before is not known`);
  }
  const held = heldByUnreadablePaths(input, internals, linked, former);
  for (const [id, application] of held) applications.set(id, application);
  const desired: Desired = {
    applications,
    sources: sourcesOf(input, internals, applications, homeless),
    dependents: dependentsOf(internals, former, changed),
    approvals: approvalsOf(internals),
    tenants: tenantsOf(input, internals, former),
  };
  return { desired, problems: allProblems(input, internals, [...linked], held) };
}

/** As the repository says now; else as it was last good; undefined when neither is known. */
function standing(unit: Unit, lastGood: DesiredApplication | undefined): DesiredApplication | undefined {
  if (unit.blockers.length === 0 && unit.application !== null) return unit.application;
  return lastGood === undefined ? undefined : { ...lastGood, heldBy: unit.blockers };
}

/** Applications that no document names now, because the file or the source that named them cannot be read: they are not gone. */
function heldByUnreadablePaths(input: LinkInput, { sources }: Internals, linked: ReadonlyMap<ApplicationId, Unit>, former: LinkState | null): Map<ApplicationId, DesiredApplication> {
  const held = new Map<ApplicationId, DesiredApplication>();
  for (const application of new Map([...input.lastGood.applications, ...(former?.desired.applications ?? [])]).values()) {
    if (linked.has(application.id)) continue;
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

function sourcesOf(input: LinkInput, internals: Internals, applications: ReadonlyMap<ApplicationId, DesiredApplication>, homeless: ReadonlyMap<SourceName, string>): Map<SourceName, DesiredSource> {
  const unreadable = internals.sources.flatMap((read) => [...read.source.unreadable.keys(), ...[...read.files].flatMap(([path, { file }]) => (file.unreadable ? [path] : []))].map((path) => ({ source: read.source.name, path })));
  const known = unreadable.length === 0 ? new Set<string>() : new Set([...applications.values()].map(({ origin }) => `${origin.source} ${origin.path}`));
  return new Map(input.sources.map(({ name, revision, removalsHeldBy }) => {
    const unknown = unreadable.find((each) => each.source === name && !known.has(`${name} ${each.path}`));
    const reason = removalsHeldBy ?? (unknown === undefined ? null : `${unknown.path} cannot be read, and what it defines is not known`) ?? homeless.get(name) ?? null;
    return [name, { revision, removalsHeldBy: reason }];
  }));
}

function dependentsOf({ usedBy, units }: Internals, former: LinkState | null, changed: ReadonlyMap<DocumentRef, Unit | null>): Map<DocumentRef, readonly ApplicationId[]> {
  const next = new Map(former?.desired.dependents);
  const touched = new Set([...changed].flatMap(([ref, unit]) => [...(unit?.uses ?? []), ...(former?.internals.units.get(ref)?.uses ?? [])]));
  for (const ref of touched) {
    const users = (usedBy.get(ref) ?? []).flatMap((user) => units.get(user)?.id ?? []);
    if (users.length === 0) next.delete(ref);
    else next.set(ref, users);
  }
  return next;
}

function approvalsOf({ registry }: Internals): Map<string, Approval> {
  const approvals = new Map<string, Approval>();
  for (const entries of registry.values()) {
    const [entry, second] = entries;
    if (entry?.kind !== 'Approval' || second !== undefined || entry.value === null) continue;
    const { hold, reason, expires } = (entry.value as ApprovalDocument).spec;
    const expiresAtMs = Date.parse(expires);
    if (expiresAtMs > (approvals.get(hold)?.expiresAtMs ?? Number.NEGATIVE_INFINITY)) approvals.set(hold, { hold, reason, expiresAtMs, origin: originIn(entry, '') });
  }
  return approvals;
}

function tenantsOf(input: LinkInput, { registry }: Internals, former: LinkState | null): Map<TenantName, DesiredTenant> {
  const plain = (name: TenantName): DesiredTenant => ({ name, active: true, memberQuota: null, repositories: name === input.platformTenant ? null : [] });
  const tenants = new Map([input.platformTenant, ...input.sources.map(({ tenant }) => tenant)].map((name) => [name, plain(name)]));
  for (const entries of registry.values()) {
    const [entry] = entries;
    if (entry?.kind !== 'Tenant') continue;
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
