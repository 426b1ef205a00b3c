/**
 * Names and ids, branded so that one kind of string cannot stand in for another.
 * They are minted here and by parsers only; everywhere else they are handed on.
 */

declare const brand: unique symbol;
type Id<Kind extends string> = string & { readonly [brand]: Kind };

/** A tenant's name, e.g. `default`. */
export type TenantName = Id<'TenantName'>;
/** `tenant/name`. */
export type ApplicationId = Id<'ApplicationId'>;
/** `Kind tenant/name`: the identity of one document. */
export type DocumentRef = Id<'DocumentRef'>;
/** A source of definitions, by its configured name, e.g. `definitions`. */
export type SourceName = Id<'SourceName'>;
export type NetworkPartitionName = Id<'NetworkPartitionName'>;
/** `networkPartition/partition`. */
export type PartitionId = Id<'PartitionId'>;
/** The name under which a provider is configured, e.g. `local`. */
export type ProviderName = Id<'ProviderName'>;
/** Aliases from the application down, joined by `/`, e.g. `tiers/api`: what a definition names. */
export type AliasPath = Id<'AliasPath'>;
/** One cartridge in one network partition and one group instance: `tenant/application/networkPartition/tiers.0/api`. */
export type ClusterId = Id<'ClusterId'>;
/** One life in a slot, DNS-safe and unique in an installation, e.g. `shop-web-0-2-5f3a1c9d`. */
export type MemberId = Id<'MemberId'>;
/** One artifact repository as members see it: a digest of tenant, URL, reference and path. */
export type RepositoryId = Id<'RepositoryId'>;
/** A full Git object id, 40 (SHA-1) or 64 (SHA-256) hex digits. */
export type ObjectId = Id<'ObjectId'>;
/** `sha256:` and 64 hex digits. */
export type Digest = Id<'Digest'>;
/** The id of one platform: the owner tag on every resource and the prefix of every exchange, queue and topic. */
export type InstallationId = Id<'InstallationId'>;

export const tenantName = (name: string): TenantName => name as TenantName;
export const sourceName = (name: string): SourceName => name as SourceName;
export const networkPartitionName = (name: string): NetworkPartitionName => name as NetworkPartitionName;
export const providerName = (name: string): ProviderName => name as ProviderName;
export const installationId = (id: string): InstallationId => id as InstallationId;
export const memberId = (id: string): MemberId => id as MemberId;
export const repositoryId = (id: string): RepositoryId => id as RepositoryId;

export function applicationId(of: { tenant: TenantName; name: string }): ApplicationId {
  return `${of.tenant}/${of.name}` as ApplicationId;
}

export function documentRef(of: { kind: string; tenant: TenantName; name: string }): DocumentRef {
  return `${of.kind} ${of.tenant}/${of.name}` as DocumentRef;
}

export function partitionId(of: { networkPartition: NetworkPartitionName; partition: string }): PartitionId {
  return `${of.networkPartition}/${of.partition}` as PartitionId;
}

export function aliasPath(aliases: readonly string[]): AliasPath {
  return aliases.join('/') as AliasPath;
}

/** Steps are aliases; a group's step carries the ordinal of its instance: `tiers.0`. */
export function clusterId(of: {
  application: ApplicationId;
  networkPartition: NetworkPartitionName;
  steps: readonly string[];
}): ClusterId {
  return [of.application, of.networkPartition, ...of.steps].join('/') as ClusterId;
}

/** @throws TypeError when the text is not a full object id. */
export function objectId(text: string): ObjectId {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) throw new TypeError(`not a Git object id: ${JSON.stringify(text)}`);
  return text as ObjectId;
}

/** @throws TypeError when the text is not `sha256:` and 64 hex digits. */
export function digest(text: string): Digest {
  if (!/^sha256:[0-9a-f]{64}$/.test(text)) throw new TypeError(`not a digest: ${JSON.stringify(text)}`);
  return text as Digest;
}
