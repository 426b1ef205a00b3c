/** The document that releases a hold, ready to be put into a source. */

import type { Hold } from '../../schemas/api/bodies.generated.ts';

/** How long the suggested approval is valid. */
const validMs = 24 * 3_600_000;

/** The hint for a hold that an approval releases; null for any other hold. */
export function approvalFor(hold: Pick<Hold, 'id' | 'kind'>, nowMs: number): string | null {
  if (hold.kind !== 'needs-approval') return null;
  const expires = new Date(Math.ceil((nowMs + validMs) / 3_600_000) * 3_600_000).toISOString().replace('.000Z', 'Z');
  return [
    'apiVersion: stratos/v1', 'kind: Approval', `metadata: {name: approve-${hold.id}}`, 'spec:', `  hold: ${hold.id}`, '  reason: why this is right', `  expires: ${expires}`,
  ].join('\n');
}
