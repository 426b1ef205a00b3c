/** One instance of a group. What it holds is rendered by whoever renders it: groups nest. */

import type { ComponentChildren } from 'preact';
import type { Group } from '../../schemas/api/bodies.generated.ts';
import { toneOfComponent } from '../model/tone.ts';
import { Branch } from './branch.tsx';
import { placeRow } from './place-row.tsx';

export function GroupBranch({ group, path, renderPlace }: { readonly group: Group; readonly path: string; readonly renderPlace: (group: Group, path: string) => ComponentChildren }) {
  const key = `${path} ${group.alias}.${group.ordinal}`;
  return (
    <Branch id={`group ${key}`} kind="group" openAtFirst row={placeRow(group, {
      name: group.alias, note: group.ordinal === 0 ? 'group' : `group, instance ${group.ordinal}`, word: group.status, tone: toneOfComponent(group.status),
    })}>
      {() => renderPlace(group, key)}
    </Branch>
  );
}
