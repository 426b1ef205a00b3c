/** A domain that leads to a cluster. Checked after applications are linked: it names a cluster in one. */

import { applicationId, type TenantName } from '../../../../schemas/ids.ts';
import { didYouMean } from '../../../../schemas/nearest.ts';
import type { Finder, Found } from '../finder.ts';
import { problemAt, type Entry } from '../registry.ts';
import type { DomainMapping } from '../../../../schemas/kinds/domain-mapping/generated.ts';
import type { Problem } from '../../../model/problem.ts';
import { clusterPathsOf, findApplication, ownerOf, type Applications } from './sign-up.ts';

/** @param signedUp which applications (`tenant/name`) the tenant signed up to. */
export function checkDomainMapping({ entry, value }: Found<'DomainMapping'>, applications: Applications, signedUp: ReadonlySet<string>, finder: Finder): void {
  const { application, cartridge, domainName } = value.spec;
  const place = { entry, pointer: '/spec/application' };
  const owner = ownerOf(application, finder.tenant);
  const found = findApplication(owner, place, finder);
  if (found !== null && owner.tenant !== finder.tenant && !signedUp.has(applicationId(owner))) {
    finder.error(place, 'not-signed-up', `the tenant ${JSON.stringify(finder.tenant)} has not signed up to ${JSON.stringify(application)}`);
  }
  const linked = applications.get(applicationId(owner));
  const known = linked === undefined ? null : clusterPathsOf(linked.root);
  if (known !== null && !known.includes(cartridge)) {
    finder.error({ entry, pointer: '/spec/cartridge' }, 'unknown-alias', `the application ${JSON.stringify(application)} has no cluster ${JSON.stringify(cartridge)}${didYouMean(cartridge, known) || `; it has ${known.join(', ')}`}`);
  }
  const domains = domainsOf(finder.tenant, finder);
  if (domains !== null && !domains.some((domain) => domainName === domain || domainName.endsWith(`.${domain}`))) {
    const list = domains.length === 0 ? 'it may map none' : `it may map ${domains.join(', ')} and what lies below`;
    finder.error({ entry, pointer: '/spec/domainName' }, 'domain-not-allowed', `the tenant ${JSON.stringify(finder.tenant)} may not map ${JSON.stringify(domainName)}: ${list}`);
  }
}

function domainsOf(tenant: TenantName, finder: Finder): readonly string[] | null {
  const found = finder.look('Tenant', tenant, finder.platformTenant);
  if (found === 'broken') return null;
  return found?.value.spec.domains ?? (tenant === finder.platformTenant ? null : []);
}

/** One problem on each of several mappings of one domain and path, whoever they belong to. */
export function domainClashes(entries: readonly Entry[]): Problem[] {
  const byDomain = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.value === null) continue;
    const { domainName, contextPath } = (entry.value as DomainMapping).spec;
    const key = `${domainName.toLowerCase()}${contextPath ?? '/'}`;
    byDomain.set(key, [...(byDomain.get(key) ?? []), entry]);
  }
  return [...byDomain].flatMap(([key, same]) => (same.length < 2 ? [] : same.map((entry) =>
    problemAt(entry, '/spec/domainName', 'duplicate-domain', `${same.length} documents map ${key}: ${same.map(({ origin }) => origin.path).join(', ')}`))));
}
