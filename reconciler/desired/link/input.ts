/** What linking starts from: per source, its parsed files; and how things stood when they were last good. */

import type { ApplicationId, SourceName, TenantName } from '../../../schemas/ids.ts';
import type { DesiredApplication, DesiredTenant } from '../../model/desired.ts';
import type { ParsedFile } from '../parse/parsed.ts';

export interface LinkInput {
  /** The tenant under whose name the platform's own documents stand; every tenant may refer to them. */
  readonly platformTenant: TenantName;
  readonly sources: readonly LinkSource[];
  /** Consulted for what cannot be linked now and was not linked in the former state either: empty when nothing is remembered. */
  readonly lastGood: LastGood;
}

export interface LinkSource {
  readonly name: SourceName;
  /** A source of the platform may define every kind; a tenant's may not. */
  readonly scope: 'platform' | 'tenant';
  /** Whose documents these are; for a platform's source, the platform's tenant. */
  readonly tenant: TenantName;
  readonly revision: string;
  /** Path → what the file holds. A file that did not change should be the same object: then nothing of it is linked again. */
  readonly files: ReadonlyMap<string, ParsedFile>;
  /** Path → why its bytes could not be had. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Why nothing may be removed because this source no longer names it; null when its content is complete. */
  readonly removalsHeldBy: string | null;
}

export interface LastGood {
  readonly applications: ReadonlyMap<ApplicationId, DesiredApplication>;
  readonly tenants: ReadonlyMap<TenantName, DesiredTenant>;
}

export const nothingRemembered: LastGood = { applications: new Map(), tenants: new Map() };
