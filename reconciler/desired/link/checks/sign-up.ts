/** A tenant's use of another tenant's application. Checked after applications are linked: it names clusters in them. */

import { applicationId, tenantName, type ApplicationId, type TenantName } from '../../../../schemas/ids.ts';
import type { DesiredApplication, DesiredComponent } from '../../../model/desired.ts';
import { didYouMean } from '../../../../schemas/nearest.ts';
import { pointerOf } from '../../parse/pointer.ts';
import { mayUseRepository } from '../artifact.ts';
import type { Finder, Found, Place } from '../finder.ts';

export type Applications = ReadonlyMap<ApplicationId, DesiredApplication>;

export function checkApplicationSignUp({ entry, value }: Found<'ApplicationSignUp'>, applications: Applications, finder: Finder): void {
  const place = { entry, pointer: '/spec/application' };
  const owner = ownerOf(value.spec.application, finder.tenant);
  const application = findApplication(owner, place, finder);
  if (application !== null && owner.tenant === finder.tenant) finder.warn(place, 'own-application', `${JSON.stringify(owner.name)} is the tenant's own application: it runs without a sign-up`);
  else if (application !== null && application.value.spec.multiTenant !== true) {
    finder.error(place, 'not-multi-tenant', `the application ${JSON.stringify(value.spec.application)} is not for several tenants: its "multiTenant" is not true`);
  }
  const linked = applications.get(applicationId(owner));
  const known = linked === undefined ? null : clusterPathsOf(linked.root);
  for (const [path, repository] of Object.entries(value.spec.artifactRepositories ?? {})) {
    const at = { entry, pointer: `/spec/artifactRepositories${pointerOf([path])}` };
    if (known !== null && !known.includes(path)) finder.error(at, 'unknown-alias', `the application ${JSON.stringify(value.spec.application)} has no cluster ${JSON.stringify(path)}${didYouMean(path, known) || `; it has ${known.join(', ')}`}`);
    mayUseRepository({ ...at, value: repository }, finder);
  }
}

/** `tenant/name`, or a name in the tenant itself. */
export function ownerOf(qualifiedName: string, own: TenantName): { tenant: TenantName; name: string } {
  const slash = qualifiedName.indexOf('/');
  return slash < 0 ? { tenant: own, name: qualifiedName } : { tenant: tenantName(qualifiedName.slice(0, slash)), name: qualifiedName.slice(slash + 1) };
}

/** Null and reported when there is none; null when it is broken, which is reported where it stands. */
export function findApplication(owner: { tenant: TenantName; name: string }, place: Place, finder: Finder): Found<'Application'> | null {
  const found = finder.look('Application', owner.name, owner.tenant);
  if (found === null) finder.error(place, 'unknown-reference', `the tenant ${JSON.stringify(owner.tenant)} has no application ${JSON.stringify(owner.name)}`);
  return found === null || found === 'broken' ? null : found;
}

export function clusterPathsOf(component: DesiredComponent): string[] {
  return [...component.clusters.map(({ path }): string => path), ...component.groups.flatMap(clusterPathsOf)];
}
