/** Application policies. */

import { didYouMean, nearest } from '../../../../schemas/nearest.ts';
import { identity, nativeName } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { propertiesOf, property, type Property } from '../properties.ts';
import { items, keysOf, oneOf, required, text, type Keys } from '../reader.ts';
import { said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';

const groupsProperty = 'networkPartitionGroups';

export function applicationPolicy(node: Node, notes: Notes): Translation | null {
  const keys = keysOf(node, notes, ['id', 'algorithm', 'networkPartitions', 'properties']);
  if (keys === null) return null;
  const id = required(keys, 'id', notes, 'what the policy is called');
  const algorithmNode = required(keys, 'algorithm', notes, 'one-after-another or all-at-once');
  const algorithm = oneOf(algorithmNode, ['one-after-another', 'all-at-once'], notes);
  const groups = property(propertiesNamed(keys, notes), groupsProperty);
  const listed = listedPartitions(keys, notes);
  const networkPartitionGroups = algorithm !== 'all-at-once' && groups !== undefined ? groupsOf(groups, listed, notes)
    : algorithm === 'all-at-once' ? [listed.map(({ at, name }) => said(at, name))] : listed.map(({ at, name }) => said(at, [said(at, name)]));
  const list = keys.at('networkPartitions') ?? node;
  return documentOf('ApplicationPolicy', node, id, identity(id, notes), {
    algorithm: algorithmNode && said(algorithmNode, algorithm), networkPartitionGroups: said(algorithm === 'one-after-another' ? (groups?.at ?? list) : list, networkPartitionGroups),
  });
}

interface Listed {
  readonly at: Node;
  readonly name: string;
}

function listedPartitions(keys: Keys, notes: Notes): readonly Listed[] {
  const list = required(keys, 'networkPartitions', notes, 'which network partitions are used');
  if (list !== undefined && items(list).length === 0) notes.error(list, 'missing-key', 'no network partition is listed; expected at least one');
  return items(list).flatMap((at): Listed[] => {
    const name = text(at, notes);
    if (name === undefined) notes.error(at, 'missing-key', 'the name of a network partition is empty');
    return name === undefined ? [] : [{ at, name: nativeName(name) }];
  });
}

/** Only one property means something; another that nearly has its name was most likely meant to. */
function propertiesNamed(keys: Keys, notes: Notes): readonly Property[] {
  const list = propertiesOf(keys.at('properties'), notes);
  for (const { name, at } of list) {
    if (nearest(name, [groupsProperty]) !== null) notes.warn(at, 'unknown-key', `the property ${JSON.stringify(name.slice(0, 60))} is not read${didYouMean(name, [groupsProperty])}`);
  }
  return list;
}

/** Groups are parted by commas, the network partitions of one group by bars. */
function groupsOf({ at, value }: Property, listed: readonly Listed[], notes: Notes): unknown {
  const groups = value.split(',').map((group) => group.split('|').map((name) => name.trim()));
  if (groups.flat().includes('')) notes.error(at, 'missing-key', 'the name of a network partition is empty; expected "a|b,c", where b stands in beside a and c comes next');
  const names = groups.map((group) => group.filter((name) => name !== '').map(nativeName));
  for (const unused of listed.filter(({ name }) => !names.flat().includes(name))) {
    notes.warn(unused.at, 'not-in-a-group', `${JSON.stringify(unused.name)} stands in no group of ${groupsProperty}: it is not used`);
  }
  return names.map((group) => said(at, group.map((name) => said(at, name))));
}
