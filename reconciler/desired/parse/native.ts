/** One value → a native document, or what is wrong with it; or the word that it is not ours. */

import { apiVersion, isKindName, kindNames, type KindName } from '../../../schemas/kinds/index.ts';
import type { DocumentOfKind, NativeDocument } from '../../../schemas/kinds/documents.ts';
import { explain } from './explain.ts';
import { didYouMean, editDistance } from '../../../schemas/nearest.ts';
import type { Finding } from './parsed.ts';
import { ruleFindings } from './rules/index.ts';
import { shapeFindings } from './shape.ts';
import { schemaErrors } from './validators.ts';

export type Recognised =
  | { readonly type: 'not-ours'; readonly reason: string }
  /** Meant for us, but what it defines cannot be told. */
  | { readonly type: 'unidentified'; readonly findings: readonly Finding[] }
  /** `value` is null when there are errors among the findings. */
  | { readonly type: 'document'; readonly kind: KindName; readonly name: string; readonly value: NativeDocument | null; readonly findings: readonly Finding[] };

type Keys = Readonly<Record<string, unknown>>;
const isKeys = (value: unknown): value is Keys => typeof value === 'object' && value !== null && !Array.isArray(value);

export function recogniseNative(value: unknown): Recognised {
  if (!isKeys(value)) return { type: 'not-ours', reason: 'it is not a set of keys and values' };
  const version = value['apiVersion'];
  if (version !== apiVersion) return notOurVersion(value, version);
  const kind = value['kind'];
  if (typeof kind !== 'string' || !isKindName(kind)) return { type: 'unidentified', findings: [kindFinding(kind)] };
  const name = isKeys(value['metadata']) ? value['metadata']['name'] : undefined;
  const shape = shapeFindings(value);
  const schema = shape.length > 0 ? [] : explain(schemaErrors(kind, value));
  const broken = [...shape, ...schema];
  const findings = broken.length > 0 ? broken : ruleFindings(value as unknown as NativeDocument);
  if (typeof name !== 'string') return { type: 'unidentified', findings };
  const usable = findings.every((finding) => finding.severity !== undefined);
  return { type: 'document', kind, name, value: usable ? (value as unknown as DocumentOfKind[KindName]) : null, findings };
}

function notOurVersion(value: Keys, version: unknown): Recognised {
  const at = { pointer: '/apiVersion', at: 'value' } as const;
  if (typeof version === 'string') {
    const near = version.startsWith('stratos/') || editDistance(version.toLowerCase(), apiVersion) <= 2;
    if (!near) return { type: 'not-ours', reason: `its apiVersion is ${JSON.stringify(version.slice(0, 60))}` };
    return { type: 'unidentified', findings: [{ ...at, code: 'unknown-api-version', message: `found apiVersion ${JSON.stringify(version.slice(0, 60))}; expected ${JSON.stringify(apiVersion)}` }] };
  }
  if (typeof value['kind'] === 'string' && isKindName(value['kind']) && 'spec' in value) {
    return { type: 'unidentified', findings: [{ pointer: '', at: 'key', code: 'unknown-api-version', message: `a ${value['kind']} without apiVersion; expected "apiVersion: ${apiVersion}"` }] };
  }
  return { type: 'not-ours', reason: 'it has no apiVersion' };
}

function kindFinding(kind: unknown): Finding {
  if (kind === undefined) return { code: 'missing-key', pointer: '', at: 'key', message: `"kind" is missing: one of ${kindNames.join(', ')}` };
  if (typeof kind !== 'string') return { code: 'unknown-kind', pointer: '/kind', at: 'value', message: `the kind has to be a text: one of ${kindNames.join(', ')}` };
  const near = didYouMean(kind, kindNames);
  return { code: 'unknown-kind', pointer: '/kind', at: 'value', message: `unknown kind ${JSON.stringify(kind.slice(0, 60))}${near === '' ? `; known: ${kindNames.join(', ')}` : near}` };
}
