/** Artifact repositories: which ones a tenant may name, and how members see them. */

import type { ArtifactRepository } from '../../../schemas/kinds/shared/components.generated.ts';
import { shortDigestOf } from '../../../schemas/digest.ts';
import { repositoryId, type TenantName } from '../../../schemas/ids.ts';
import type { DesiredArtifact } from '../../model/desired.ts';
import type { Finder } from './finder.ts';
import { originOf, type Layer } from './layers.ts';

/** @returns the artifact, or null after it was refused. */
export function linkArtifact(layer: Layer<ArtifactRepository>, finder: Finder): DesiredArtifact | null {
  if (!mayUseRepository(layer, finder)) return null;
  const { url, branch, tag, commit, path, secret } = layer.value;
  const reference = commit !== undefined ? { kind: 'commit', name: commit } as const : tag !== undefined ? { kind: 'tag', name: tag } as const : { kind: 'branch', name: branch ?? 'main' } as const;
  const folder = (path ?? '').split('/').filter((step) => step !== '' && step !== '.').join('/');
  return {
    repository: repositoryId(shortDigestOf({ tenant: finder.tenant, url, reference, path: folder }, 16)),
    tenant: finder.tenant, url, reference, path: folder, secret: secret ?? null, origin: originOf(layer),
  };
}

/** Reports and returns false when the tenant's own prefixes do not cover the URL. */
export function mayUseRepository(layer: Layer<ArtifactRepository>, finder: Finder): boolean {
  const prefixes = allowedPrefixes(finder.tenant, finder);
  if (prefixes === null || prefixes.some((prefix) => isBelow(layer.value.url, prefix))) return true;
  const list = prefixes.length === 0 ? 'it may use none' : `it may use what lies below ${prefixes.join(', ')}`;
  finder.error({ entry: layer.entry, pointer: `${layer.pointer}/url` }, 'repository-not-allowed', `the tenant ${JSON.stringify(finder.tenant)} may not use this repository: ${list}`);
  return false;
}

/** Null: no limit, which only the platform's own tenant can have. */
function allowedPrefixes(tenant: TenantName, finder: Finder): readonly string[] | null {
  const found = finder.look('Tenant', tenant, finder.platformTenant);
  // A broken tenant holds its applications anyway.
  if (found === 'broken') return null;
  return found?.value.spec.repositories ?? (tenant === finder.platformTenant ? null : []);
}

/** Whether a URL is a prefix or lies below it, at a path boundary; anything that could be read in two ways lies nowhere. */
export function isBelow(url: string, prefix: string): boolean {
  const wanted = parts(url);
  const allowed = parts(prefix);
  if (wanted === null || allowed === null || wanted.root !== allowed.root) return false;
  return allowed.steps.every((step, index) => wanted.steps[index] === step);
}

/** `https://Host/a/b` → root `https://host`, steps `a`, `b`; `user@host:a/b` counts as ssh. */
function parts(url: string): { root: string; steps: string[] } | null {
  if (/[\\?#%\s]/.test(url)) return null;
  const [, scheme, authority, path] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/]+)(\/.*)?$/.exec(url) ?? [];
  const [, host, rest] = scheme === undefined ? (/^([^/:]+):(?!\/\/)(.*)$/.exec(url) ?? []) : [];
  const steps = (path ?? rest ?? (scheme === undefined ? url : '')).split('/').filter((step) => step !== '');
  if (steps.some((step) => step === '.' || step === '..')) return null;
  if (scheme !== undefined) return { root: `${scheme.toLowerCase()}://${(authority ?? '').toLowerCase()}`, steps };
  return { root: host === undefined ? '' : `ssh://${host.toLowerCase()}`, steps };
}
