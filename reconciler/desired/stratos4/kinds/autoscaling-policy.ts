/** Autoscaling policies. The old server set load against the minimum, so the native one does. */

import { identity } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { keysOf, number, required, text } from '../reader.ts';
import { said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';

const factors = ['requestsInFlight', 'memoryConsumption', 'loadAverage'] as const;

export function autoscalingPolicy(node: Node, notes: Notes): Translation | null {
  const keys = keysOf(node, notes, ['id', 'displayName', 'description', 'loadThresholds']);
  if (keys === null) return null;
  const id = required(keys, 'id', notes, 'what the policy is called');
  const thresholds = required(keys, 'loadThresholds', notes, 'what one member may bear');
  const [displayName, description] = ['displayName', 'description'].map((key) => text(keys.at(key), notes));
  return documentOf('AutoscalingPolicy', node, id, identity(id, notes), { displayName, description, loadThresholds: thresholds && thresholdsOf(thresholds, notes), basis: 'minimum' });
}

function thresholdsOf(node: Node, notes: Notes): unknown {
  const keys = keysOf(node, notes, factors);
  if (keys === null) return undefined;
  const entries = factors.flatMap((factor): [string, unknown][] => {
    const at = keys.at(factor);
    const threshold = at === undefined ? undefined : typeof at.value === 'object' ? keysOf(at, notes, ['threshold'])?.at('threshold') : at;
    const value = number(threshold, notes);
    if (threshold === undefined || value === undefined) return [];
    if (value !== 0) return [[factor, said(threshold, value)]];
    notes.warn(threshold, 'not-carried', `a threshold of 0 is the same as none: ${factor} is not considered`);
    return [];
  });
  if (entries.length === 0) notes.error(node, 'missing-key', `no threshold is given; expected one of ${factors.join(', ')}`);
  return said(node, Object.fromEntries(entries));
}
