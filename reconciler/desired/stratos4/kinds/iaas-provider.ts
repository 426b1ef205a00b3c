/** The sections of a cartridge, one for each provider: image, settings, networks. Logins never came from here alone and stay out. */

import type { Node, Notes } from '../notes.ts';
import { propertiesOf, settings } from '../properties.ts';
import { items, keysOf, required, text, type Keys } from '../reader.ts';
import { said } from '../said.ts';
import { noteLogin } from '../taint.ts';
import { providerName } from './network-partition.ts';

/** What holds for every section, because native cartridges say it there. */
export interface ForAllSections {
  readonly settings: readonly (readonly [string, unknown])[];
  readonly kubernetes: readonly (readonly [string, unknown])[];
}

/** @param owner begins the names of secrets. */
export function iaasProviders(list: Node, owner: string, more: ForAllSections, notes: Notes): unknown {
  const sections = new Map<string, unknown>();
  if (items(list).length === 0) notes.error(list, 'missing-key', 'no provider is listed; expected at least one');
  for (const node of items(list)) {
    const keys = keysOf(node, notes, ['type', 'imageId', 'property', 'networkInterfaces', 'identity', 'credential'], ['name', 'className', 'provider']);
    if (keys === null) continue;
    const at = required(keys, 'type', notes, 'which provider the section is for');
    const type = text(at, notes);
    const section = sectionOf(keys, type ?? '', owner, more, notes);
    if (at === undefined || type === undefined) continue;
    const name = providerName(type);
    if (sections.has(name)) notes.error(at, 'duplicate-entry', `there is a section for ${JSON.stringify(name)} already`);
    else sections.set(name, said(node, section));
  }
  return said(list, Object.fromEntries(sections));
}

function sectionOf(keys: Keys, type: string, owner: string, more: ForAllSections, notes: Notes): unknown {
  for (const key of ['identity', 'credential']) {
    const login = keys.at(key);
    if (login !== undefined && login.value !== '') noteLogin(login, type, notes);
  }
  const byRegion = hasRegionsInNames(type);
  const properties = settings(propertiesOf(keys.at('property'), notes), `${owner}-${type}`, notes, ({ name, value }) => (name === 'instanceType' && byRegion ? keyedByRegion(value) : value));
  const image = keys.at('imageId');
  const imageId = text(image, notes);
  const networks = items(keys.at('networkInterfaces')).flatMap((each) => network(each, notes));
  return Object.fromEntries([
    ...(image === undefined || imageId === undefined ? [] : [['imageId', said(image, byRegion ? keyedByRegion(imageId) : imageId)] as const]),
    ...(networks.length === 0 ? [] : [['networks', said(keys.at('networkInterfaces') ?? keys.node, networks)] as const]),
    ...more.settings,
    ...(type === 'kubernetes' ? more.kubernetes : []),
    ...properties,
  ]);
}

/** Clouds whose images and machine types were written `region/id`. */
function hasRegionsInNames(type: string): boolean {
  return /^(?:ec2|aws|openstack)/.test(type);
}

function keyedByRegion(id: string): unknown {
  const [, region, rest] = /^([A-Za-z0-9][A-Za-z0-9._-]*)\/(.+)$/.exec(id) ?? [];
  return region === undefined ? id : { [region]: rest };
}

function network(node: Node, notes: Notes): unknown[] {
  const keys = keysOf(node, notes, ['networkUuid'], ['name']);
  const at = keys?.at('networkUuid');
  const id = text(at, notes);
  return at === undefined || id === undefined ? [] : [said(at, id)];
}
