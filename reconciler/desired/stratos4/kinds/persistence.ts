/** Volumes of cartridges and of their references. Sizes were whole gigabytes. */

import { nativeAlias } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { items, keysOf, text, truth, whole } from '../reader.ts';
import { said } from '../said.ts';

const known = ['id', 'size', 'device', 'removeOnTermination', 'mappingPath', 'snapshotId', 'volumeId'];

/** @returns undefined when there are no volumes. */
export function persistence(node: Node | undefined, notes: Notes): unknown {
  const keys = node === undefined ? null : keysOf(node, notes, ['volume', 'volumes'], ['required', 'isRequired']);
  const list = items(keys?.at('volume') ?? keys?.at('volumes'));
  if (keys === null || list.length === 0) return undefined;
  const volumes = new Map<string, unknown>();
  for (const [index, item] of list.entries()) {
    const [name, volume] = volumeOf(item, index, notes);
    if (volumes.has(name)) notes.error(item, 'duplicate-entry', `there is a volume ${JSON.stringify(name)} already`);
    else volumes.set(name, volume);
  }
  return said(keys.node, { volumes: Object.fromEntries(volumes) });
}

function volumeOf(node: Node, index: number, notes: Notes): [string, unknown] {
  const keys = keysOf(node, notes, known);
  if (keys === null) return [`volume-${index + 1}`, {}];
  const part = (key: string): unknown => {
    const at = keys.at(key);
    const value = text(at, notes);
    return at === undefined || value === undefined ? undefined : said(at, value);
  };
  const id = text(keys.at('id'), notes);
  const size = keys.at('size');
  const gigabytes = whole(size, notes, { from: 1, to: 1_000_000 });
  const remove = keys.at('removeOnTermination');
  return [id === undefined ? `volume-${index + 1}` : nativeAlias(id), said(node, {
    size: size === undefined || gigabytes === undefined ? undefined : said(size, `${gigabytes}Gi`),
    mappingPath: part('mappingPath'),
    onRemoval: remove === undefined ? undefined : said(remove, truth(remove, notes) === true ? 'delete' : 'keep'),
    device: part('device'), snapshotId: part('snapshotId'), volumeId: part('volumeId'),
  })];
}
