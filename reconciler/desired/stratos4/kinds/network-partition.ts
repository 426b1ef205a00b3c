/** Network partitions. The old mock provider is the simulated one. */

import { identity, nativeName } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { propertiesOf, property, settings, type Property } from '../properties.ts';
import { items, isKeys, keysOf, required, text } from '../reader.ts';
import { keyed, said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';

/** What the platform calls a provider that old documents name. */
export function providerName(old: string): string {
  return old === 'mock' ? 'simulated' : nativeName(old);
}

export function networkPartition(node: Node, notes: Notes): Translation | null {
  const keys = keysOf(node, notes, ['id', 'provider', 'partitions', 'properties'], ['description']);
  if (keys === null) return null;
  const id = required(keys, 'id', notes, 'what the network partition is called');
  const list = required(keys, 'partitions', notes, 'what it is divided into');
  const misplaced = items(list).some(({ value }) => isKeys(value) && typeof value['provider'] === 'string');
  const provider = required(keys, 'provider', notes, misplaced ? 'it belongs to the network partition, not to its partitions' : 'where its members run');
  if (list !== undefined && items(list).length === 0) notes.error(list, 'missing-key', 'no partition is listed; expected at least one');
  const name = identity(id, notes);
  const providerText = text(provider, notes);
  const properties = propertiesOf(keys.at('properties'), notes);
  return documentOf('NetworkPartition', node, id, name, {
    provider: provider && providerText && said(provider, providerName(providerText)),
    properties: keyed(settings(properties, name ?? 'network-partition', notes)),
    partitions: list && said(list, items(list).map((item) => partition(item, { kubernetes: providerText === 'kubernetes', owner: name ?? 'network-partition' }, notes))),
  });
}

const places = ['region', 'zone', 'cluster', 'kubernetesClusterId', 'namespace'];

function partition(node: Node, { kubernetes, owner }: { kubernetes: boolean; owner: string }, notes: Notes): unknown {
  const keys = keysOf(node, notes, ['id', 'property'], ['description']);
  if (keys === null) return {};
  const id = required(keys, 'id', notes, 'what the partition is called');
  const name = text(id, notes);
  const properties = propertiesOf(keys.at('property'), notes);
  const cluster = property(properties, 'cluster') ?? property(properties, 'kubernetesClusterId');
  if (kubernetes && cluster === undefined) notes.error(keys.at('property') ?? node, 'missing-key', 'the property "cluster" is missing: the Kubernetes cluster that members run in');
  const plain = (one: Property | undefined): unknown => one && said(one.at, one.value);
  const named = (one: Property | undefined): unknown => one && said(one.at, nativeName(one.value));
  return said(node, {
    name: id && name && said(id, nativeName(name)),
    region: plain(property(properties, 'region')),
    zone: plain(property(properties, 'zone')),
    cluster: named(cluster),
    // A namespace needs a cluster to stand in.
    namespace: cluster && named(property(properties, 'namespace')),
    properties: keyed(settings(properties.filter((each) => !places.includes(each.name)), `${owner}-${name ?? 'partition'}`, notes)),
  });
}
