/** What a schema cannot say about one document alone. Rules that need other documents stand in `link/`. */

import type { KindName } from '../../../../schemas/kinds/index.ts';
import type { DocumentOfKind, NativeDocument } from '../../../../schemas/kinds/documents.ts';
import type { Finding } from '../parsed.ts';
import { artifactFindings, componentFindings, volumeFindings } from './components.ts';
import { cartridgeFindings } from './cartridge.ts';
import { placementFindings, networkPartitionFindings, applicationPolicyFindings } from './places.ts';
import { templateFindings } from './template.ts';

type Rules = { readonly [K in KindName]?: (document: DocumentOfKind[K]) => Finding[] };

const rules: Rules = {
  Application: ({ spec }) => [
    ...componentFindings(spec.components ?? {}, '/spec/components'),
    ...Object.entries(spec.maintenance ?? {}).flatMap(([path, { until }]) => timeFindings(until, `/spec/maintenance/${path.replaceAll('/', '~1')}/until`)),
  ],
  ApplicationPolicy: applicationPolicyFindings,
  ApplicationSignUp: ({ spec }) => Object.entries(spec.artifactRepositories ?? {}).flatMap(([path, repository]) => artifactFindings(repository, `/spec/artifactRepositories/${path.replaceAll('/', '~1')}`)),
  ApplicationTemplate: templateFindings,
  Approval: ({ spec }) => timeFindings(spec.expires, '/spec/expires'),
  Cartridge: cartridgeFindings,
  CartridgeGroup: ({ spec }) => componentFindings(spec, '/spec'),
  DeploymentPolicy: placementFindings,
  KubernetesCluster: ({ spec }) => (spec.portRange !== undefined && spec.portRange.lower > spec.portRange.upper
    ? [{ code: 'range-reversed', pointer: '/spec/portRange/lower', at: 'value', message: `found ${spec.portRange.lower}, above the upper port ${spec.portRange.upper}` }] : []),
  NetworkPartition: networkPartitionFindings,
  Tenant: ({ spec }) => (spec.sources ?? []).flatMap((source, index) => artifactFindings(source, `/spec/sources/${index}`)),
};

/** What is wrong with a document that meets its schema; volumes of references are checked where they are merged. */
export function ruleFindings(document: NativeDocument): Finding[] {
  const rule = rules[document.kind] as ((document: NativeDocument) => Finding[]) | undefined;
  return rule === undefined ? [] : rule(document);
}

/** The calendar's own limits: the schema's format lets 31 February pass as a day of some month. */
function timeFindings(time: string | undefined, pointer: string): Finding[] {
  return time === undefined || Number.isFinite(Date.parse(time)) ? [] : [{ code: 'invalid-value', pointer, at: 'value', message: `found ${JSON.stringify(time)}; expected a time such as 2026-12-01T06:00:00Z` }];
}

export { volumeFindings };
