/**
 * Which members are known, by application and by tenant, so that a pass over one application reads nothing of the others.
 * A member may be known for two reasons, its intent and its sighting: it counts once, until both are gone.
 */

import type { ApplicationId, MemberId, TenantName } from '../../schemas/ids.ts';

export class KnownMembers {
  readonly #byApplication = new Map<ApplicationId, Map<MemberId, number>>();
  readonly #byTenant = new Map<TenantName, number>();

  /** One more reason to know the member. */
  add(application: ApplicationId, member: MemberId): void {
    const members = this.#byApplication.get(application) ?? new Map<MemberId, number>();
    this.#byApplication.set(application, members);
    const reasons = members.get(member) ?? 0;
    members.set(member, reasons + 1);
    if (reasons === 0) this.#count(application, 1);
  }

  /** One reason less; with the last one it is forgotten. */
  remove(application: ApplicationId, member: MemberId): void {
    const members = this.#byApplication.get(application);
    const reasons = members?.get(member);
    if (members === undefined || reasons === undefined) return;
    if (reasons > 1) return void members.set(member, reasons - 1);
    members.delete(member);
    if (members.size === 0) this.#byApplication.delete(application);
    this.#count(application, -1);
  }

  of(application: ApplicationId): Iterable<MemberId> {
    return this.#byApplication.get(application)?.keys() ?? [];
  }

  countOf(application: ApplicationId): number {
    return this.#byApplication.get(application)?.size ?? 0;
  }

  countOfTenant(tenant: TenantName): number {
    return this.#byTenant.get(tenant) ?? 0;
  }

  /** Applications of which a member is known. */
  applications(): Iterable<ApplicationId> {
    return this.#byApplication.keys();
  }

  #count(application: ApplicationId, change: 1 | -1): void {
    const tenant = tenantOf(application);
    const count = (this.#byTenant.get(tenant) ?? 0) + change;
    if (count === 0) this.#byTenant.delete(tenant);
    else this.#byTenant.set(tenant, count);
  }
}

export function tenantOf(application: ApplicationId): TenantName {
  return application.slice(0, application.indexOf('/')) as TenantName;
}
