/** Deployment policies. */

import { identity, nativeName } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { items, keysOf, oneOf, required, text, whole } from '../reader.ts';
import { said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';

export function deploymentPolicy(node: Node, notes: Notes): Translation | null {
  const keys = keysOf(node, notes, ['id', 'networkPartitions'], ['description']);
  if (keys === null) return null;
  const id = required(keys, 'id', notes, 'what the policy is called');
  const list = required(keys, 'networkPartitions', notes, 'where members may go');
  const places = new Map<string, unknown>();
  if (list !== undefined && items(list).length === 0) notes.error(list, 'missing-key', 'no network partition is listed; expected at least one');
  for (const item of items(list)) {
    const place = placementOf(item, notes);
    if (place === null) continue;
    if (places.has(place.name)) notes.error(place.at, 'duplicate-entry', `the policy lists ${JSON.stringify(place.name)} already`);
    else places.set(place.name, place.value);
  }
  return documentOf('DeploymentPolicy', node, id, identity(id, notes), { networkPartitions: list && said(list, Object.fromEntries(places)) });
}

function placementOf(node: Node, notes: Notes): { readonly name: string; readonly at: Node; readonly value: unknown } | null {
  const keys = keysOf(node, notes, ['id', 'partitionAlgo', 'partitions'], ['provider']);
  if (keys === null) return null;
  const id = required(keys, 'id', notes, 'the network partition');
  const algorithm = required(keys, 'partitionAlgo', notes, 'round-robin or one-after-another');
  const partitions = required(keys, 'partitions', notes, 'the partitions to fill');
  if (partitions !== undefined && items(partitions).length === 0) notes.error(partitions, 'missing-key', 'no partition is listed; expected at least one');
  const value = {
    algorithm: algorithm && said(algorithm, oneOf(algorithm, ['one-after-another', 'round-robin'], notes)),
    partitions: partitions && said(partitions, items(partitions).map((item) => partitionOf(item, notes))),
  };
  const name = text(id, notes);
  return id === undefined || name === undefined ? null : { name: nativeName(name), at: id, value: said(id, value) };
}

function partitionOf(node: Node, notes: Notes): unknown {
  const keys = keysOf(node, notes, ['id', 'partitionMax'], ['description', 'property', 'provider']);
  if (keys === null) return {};
  const id = required(keys, 'id', notes, 'the partition');
  const max = required(keys, 'partitionMax', notes, 'without it the partition takes no member');
  const name = text(id, notes);
  return said(node, { name: id && name && said(id, nativeName(name)), max: max && said(max, whole(max, notes, { from: 1, to: 10_000_000 })) });
}
