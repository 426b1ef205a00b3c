/** Cartridges. Properties for the members become their environment, the others settings of every provider's section. */

import { identity } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { environment, isOpenPayload, propertiesOf, settings } from '../properties.ts';
import { items, keysOf, required, text, truth, type Keys } from '../reader.ts';
import { said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';
import { iaasProviders } from './iaas-provider.ts';
import { persistence } from './persistence.ts';
import { portMapping } from './port-mapping.ts';

const known = [
  'type', 'category', 'provider', 'host', 'displayName', 'version', 'description', 'multiTenant', 'portMapping', 'iaasProvider', 'deployment',
  'metadataKeys', 'persistence', 'loadBalancingIPType', 'property',
];

export function cartridge(node: Node, notes: Notes): Translation | null {
  const keys = keysOf(node, notes, known);
  if (keys === null) return null;
  const id = required(keys, 'type', notes, 'what the cartridge is called');
  const name = identity(id, notes);
  const owner = name ?? 'cartridge';
  const plain = (key: string): unknown => {
    const at = keys.at(key);
    const value = text(at, notes);
    return at === undefined || value === undefined ? undefined : said(at, value);
  };
  const sections = required(keys, 'iaasProvider', notes, 'where its members can run');
  const ports = portMapping(keys.at('portMapping'), notes);
  const multiTenant = keys.at('multiTenant');
  const properties = propertiesOf(keys.at('property'), notes);
  const addressType = keys.at('loadBalancingIPType');
  const own = settings(properties.filter((each) => !isOpenPayload(each)), owner, notes);
  return documentOf('Cartridge', node, id, name, {
    displayName: plain('displayName'), description: plain('description'), version: plain('version'),
    category: category(keys, notes),
    multiTenant: multiTenant && said(multiTenant, truth(multiTenant, notes)),
    portMapping: ports.mapping,
    deployment: deployment(keys.at('deployment'), notes),
    metadataKeys: metadataKeys(keys.at('metadataKeys'), notes),
    environment: environment(properties.filter(isOpenPayload), notes),
    persistence: persistence(keys.at('persistence'), notes),
    iaasProvider: sections && iaasProviders(sections, owner, {
      settings: [...(addressType === undefined ? [] : [['loadBalancingIPType', said(addressType, text(addressType, notes))] as const]), ...own],
      kubernetes: ports.clusterOnly.length === 0 ? [] : [['clusterIPPorts', ports.clusterOnly]],
    }, notes),
  }, { 'stratos4/host': plain('host'), 'stratos4/provider': plain('provider') });
}

const categories: Readonly<Record<string, string>> = { framework: 'framework', application: 'framework', data: 'data', 'load-balancer': 'load-balancer', loadbalancer: 'load-balancer', lb: 'load-balancer' };

/** It was free text; only load balancers differ from the rest. */
function category(keys: Keys, notes: Notes): unknown {
  const at = required(keys, 'category', notes, 'framework, data or load-balancer');
  const written = text(at, notes);
  if (at === undefined || written === undefined) return undefined;
  const word = written.trim().toLowerCase();
  const found = Object.hasOwn(categories, word) ? categories[word] : undefined;
  if (found === undefined) notes.warn(at, 'invalid-value', `the category ${JSON.stringify(written.slice(0, 60))} is taken for framework; known are framework, data and load-balancer`);
  return said(at, found ?? 'framework');
}

function deployment(node: Node | undefined, notes: Notes): unknown {
  const keys = node === undefined ? null : keysOf(node, notes, ['baseDir', 'dir']);
  const at = keys?.at('baseDir');
  const baseDir = text(at, notes);
  const folders = keys?.at('dir');
  if (folders !== undefined && items(folders).length > 0) notes.warn(folders, 'not-carried', '"dir" is left out: artifacts land in "baseDir" alone');
  return node === undefined || at === undefined || baseDir === undefined ? undefined : said(node, { baseDir: said(at, baseDir) });
}

function metadataKeys(node: Node | undefined, notes: Notes): unknown {
  const keys = items(node).flatMap((at): unknown[] => {
    const key = text(at, notes);
    return key === undefined ? [] : [said(at, key)];
  });
  return node === undefined || keys.length === 0 ? undefined : said(node, keys);
}
