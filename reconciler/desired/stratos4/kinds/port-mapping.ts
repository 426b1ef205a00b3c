/** The ports of a cartridge. A port without a name is called by its protocol and number, as before. */

import { nativeAlias } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { items, keysOf, oneOf, required, text, whole } from '../reader.ts';
import { said } from '../said.ts';

export interface Ports {
  readonly mapping: unknown;
  /** Names of the ports that Kubernetes opens inside the cluster only; the others are node ports. */
  readonly clusterOnly: readonly string[];
}

interface Port {
  readonly name: string;
  readonly at: Node;
  readonly clusterOnly: boolean;
  readonly value: unknown;
}

const numbers = { from: 1, to: 65_535 };

export function portMapping(list: Node | undefined, notes: Notes): Ports {
  const ports = new Map<string, Port>();
  for (const item of items(list)) {
    const port = portOf(item, notes);
    if (port === null) continue;
    if (ports.has(port.name)) notes.error(port.at, 'duplicate-entry', `there is a port ${JSON.stringify(port.name)} already`);
    else ports.set(port.name, port);
  }
  const mapping = Object.fromEntries([...ports].map(([name, { value }]) => [name, value]));
  return {
    mapping: list === undefined || ports.size === 0 ? undefined : said(list, mapping),
    clusterOnly: [...ports.values()].filter(({ clusterOnly }) => clusterOnly).map(({ name }) => name),
  };
}

function portOf(node: Node, notes: Notes): Port | null {
  const keys = keysOf(node, notes, ['name', 'protocol', 'port', 'proxyPort', 'kubernetesPortType']);
  if (keys === null) return null;
  const protocolNode = required(keys, 'protocol', notes, 'http, https or tcp');
  const portNode = required(keys, 'port', notes, 'the number that the workload listens on');
  const proxyNode = keys.at('proxyPort');
  const port = whole(portNode, notes, numbers);
  const proxyPort = whole(proxyNode, notes, { from: 0, to: numbers.to });
  const named = text(keys.at('name'), notes) ?? `${text(protocolNode, notes) ?? 'port'}-${port ?? 0}`;
  return {
    name: nativeAlias(named), at: keys.at('name') ?? node,
    clusterOnly: oneOf(keys.at('kubernetesPortType'), ['NodePort', 'ClusterIP'], notes) === 'ClusterIP',
    value: said(node, {
      protocol: protocolNode && said(protocolNode, protocol(protocolNode, notes)),
      port: portNode && said(portNode, port),
      // 0 was the same as none.
      proxyPort: proxyNode === undefined || proxyPort === 0 ? undefined : said(proxyNode, proxyPort),
    }),
  };
}

/** It was free text: what is not spoken here is passed on byte by byte. */
function protocol(node: Node, notes: Notes): string | undefined {
  const written = text(node, notes)?.trim().toLowerCase();
  if (written === undefined || written === 'http' || written === 'https' || written === 'tcp') return written;
  notes.warn(node, 'invalid-value', `the protocol ${JSON.stringify(written.slice(0, 60))} is taken for tcp; known are http, https and tcp`);
  return 'tcp';
}
