/** Rules on cartridge and group references in one document: what stands here, before any group is included or overridden. */

import type { ArtifactRepository, Components, Dependencies, GroupReference } from '../../../../schemas/kinds/shared/components.generated.ts';
import type { Persistence } from '../../../../schemas/kinds/shared/launch.generated.ts';
import type { Finding } from '../parsed.ts';

/** @param pointer where the components stand in their document. */
export function componentFindings(components: Components | GroupReference, pointer: string): Finding[] {
  const findings: Finding[] = [...dependencyFindings(components.dependencies, `${pointer}/dependencies`)];
  for (const [alias, reference] of Object.entries(components.cartridges ?? {})) {
    const at = `${pointer}/cartridges/${alias}`;
    findings.push(...rangeFindings(reference, at));
    if (reference.artifactRepository !== undefined) findings.push(...artifactFindings(reference.artifactRepository, `${at}/artifactRepository`));
    findings.push(...updateFindings(reference.update, at));
    if (components.groups !== undefined && Object.hasOwn(components.groups, alias)) {
      findings.push({ code: 'duplicate-alias', pointer: `${pointer}/groups/${alias}`, at: 'key', message: `the alias ${JSON.stringify(alias)} names a cartridge beside it; siblings need aliases of their own` });
    }
  }
  for (const [alias, group] of Object.entries(components.groups ?? {})) {
    const at = `${pointer}/groups/${alias}`;
    findings.push(...rangeFindings(group, at), ...updateFindings(group.update, at), ...componentFindings(group, at));
    if (group.type === undefined && Object.keys(group.cartridges ?? {}).length + Object.keys(group.groups ?? {}).length === 0) {
      findings.push({ code: 'empty-group', pointer: at, at: 'key', message: 'the group has neither a "type" nor cartridges or groups of its own', severity: 'warning' });
    }
  }
  return findings;
}

function rangeFindings(reference: { min?: number; max?: number }, pointer: string): Finding[] {
  if (reference.min === undefined || reference.max === undefined || reference.min <= reference.max) return [];
  return [{ code: 'range-reversed', pointer: `${pointer}/min`, at: 'value', message: `the minimum ${reference.min} is above the maximum ${reference.max}` }];
}

function updateFindings(update: { maxUnavailable?: number; maxSurge?: number } | undefined, pointer: string): Finding[] {
  if (update?.maxUnavailable !== 0 || update.maxSurge !== 0) return [];
  return [{ code: 'update-cannot-move', pointer: `${pointer}/update/maxUnavailable`, at: 'value', message: 'with "maxUnavailable: 0" and "maxSurge: 0" no member could ever be replaced; one of them has to be at least 1' }];
}

function dependencyFindings(dependencies: Dependencies | undefined, pointer: string): Finding[] {
  const findings: Finding[] = [];
  for (const key of ['startupOrders', 'scalingDependants', 'scalingDependents'] as const) {
    for (const [index, list] of (dependencies?.[key] ?? []).entries()) {
      for (const [position, alias] of list.entries()) {
        const first = list.indexOf(alias);
        if (first < position) findings.push({ code: 'duplicate-entry', pointer: `${pointer}/${key}/${index}/${position}`, at: 'value', message: `${JSON.stringify(alias)} stands twice in this list` });
      }
    }
  }
  return findings;
}

/** A URL may not carry credentials, start like an option or use a scheme that runs programs. */
export function artifactFindings(repository: Pick<ArtifactRepository, 'url' | 'branch' | 'tag' | 'path'>, pointer: string): Finding[] {
  const findings: Finding[] = [];
  const { url } = repository;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url)?.[1]?.toLowerCase();
  if (url.includes('::') && !url.includes('://[')) findings.push({ code: 'url-refused', pointer: `${pointer}/url`, at: 'value', message: 'remote helpers ("name::address") are not used' });
  else if (url.includes('://') && !['http', 'https', 'ssh'].includes(scheme ?? '')) findings.push({ code: 'url-refused', pointer: `${pointer}/url`, at: 'value', message: `the scheme ${JSON.stringify(scheme)} is not used; expected https, http or ssh` });
  if (/^https?:\/\/[^/]*@/i.test(url) || /^ssh:\/\/[^/@]*:[^/@]*@/i.test(url)) {
    findings.push({ code: 'credential-in-url', pointer: `${pointer}/url`, at: 'value', message: 'the URL carries credentials; name a secret with "secret" instead', hint: 'Whoever could read this file could read the credential: change it.' });
  }
  if (repository.path?.split('/').includes('..') === true) findings.push({ code: 'path-leaves', pointer: `${pointer}/path`, at: 'value', message: 'the path may not contain ".."' });
  for (const key of ['branch', 'tag'] as const) {
    const reference = repository[key];
    if (reference !== undefined && /\.\.|@\{|\.lock$|\/$|^\/|\/\/|^\.|\/\.|\.$/.test(reference)) {
      findings.push({ code: 'reference-refused', pointer: `${pointer}/${key}`, at: 'value', message: `${JSON.stringify(reference)} is not a valid name for a ${key}` });
    }
  }
  return findings;
}

/** A volume, once all its layers are laid over each other, needs a place and either a size or something that exists. */
export function volumeFindings(persistence: Persistence | undefined, pointer: string): Finding[] {
  return Object.entries(persistence?.volumes ?? {}).flatMap(([name, volume]): Finding[] => {
    const at = `${pointer}/volumes/${name}`;
    const missing: Finding[] = [];
    if (volume.mappingPath === undefined) missing.push({ code: 'missing-key', pointer: at, at: 'key', message: '"mappingPath" is missing: where the volume is mounted' });
    if (volume.size === undefined && volume.volumeId === undefined) missing.push({ code: 'missing-key', pointer: at, at: 'key', message: '"size" is missing: how much the volume holds' });
    return missing;
  });
}
