/** An application in one network partition. */

import type { Instance } from '../../schemas/api/bodies.generated.ts';
import { toneOfComponent } from '../model/tone.ts';
import { Branch } from './branch.tsx';
import { Place } from './place.tsx';
import { placeRow } from './place-row.tsx';

export function InstanceBranch({ instance, path }: { readonly instance: Instance; readonly path: string }) {
  const key = `${path} ${instance.networkPartition}`;
  return (
    <Branch id={`instance ${key}`} kind="instance" openAtFirst row={placeRow(instance, {
      name: instance.networkPartition, note: 'network partition', word: instance.status, tone: toneOfComponent(instance.status),
    })}>
      {() => <Place place={instance} path={key} />}
    </Branch>
  );
}
