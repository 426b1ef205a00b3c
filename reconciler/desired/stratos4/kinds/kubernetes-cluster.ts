/** Kubernetes clusters: the old server spoke plain HTTP to the master's private address. Hosts are kept as a list of addresses. */

import { identity } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { propertiesOf, property, settings } from '../properties.ts';
import { items, keysOf, required, text, whole, type Keys } from '../reader.ts';
import { said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';

const defaultPort = 8080;
const ports = { from: 1, to: 65_535 };

export function kubernetesCluster(node: Node, notes: Notes): Translation | null {
  const keys = keysOf(node, notes, ['clusterId', 'kubernetesMaster', 'kubernetesHosts', 'portRange', 'property'], ['description']);
  if (keys === null) return null;
  const id = required(keys, 'clusterId', notes, 'what the cluster is called');
  const name = identity(id, notes);
  const masterNode = required(keys, 'kubernetesMaster', notes, 'the host of its API');
  const range = required(keys, 'portRange', notes, 'the node ports that may be used');
  const hosts = items(keys.at('kubernetesHosts'));
  const master = masterNode && host(masterNode, notes);
  const read = hosts.map((each) => host(each, notes));
  refuseTwins([master, ...read], notes);
  const addresses = read.flatMap((each) => each?.address ?? []);
  const properties = settings(propertiesOf(keys.at('property'), notes), name ?? 'kubernetes-cluster', notes);
  const hostAddresses: [string, unknown][] = addresses.length === 0 ? [] : [['hosts', said(keys.at('kubernetesHosts') ?? node, addresses)]];
  const all = Object.fromEntries([...hostAddresses, ...properties]);
  return documentOf('KubernetesCluster', node, id, name, {
    server: master?.address && said(master.node, `http://${master.address.includes(':') ? `[${master.address}]` : master.address}:${master.port}`),
    portRange: range && portRange(range, notes),
    properties: Object.keys(all).length === 0 ? undefined : all,
  });
}

interface Host {
  readonly node: Node;
  readonly id: { readonly at: Node; readonly text: string } | undefined;
  readonly address: string | undefined;
  readonly port: number;
}

function host(node: Node, notes: Notes): Host | undefined {
  const keys = keysOf(node, notes, ['hostId', 'hostname', 'privateIPAddress', 'publicIPAddress', 'property']);
  if (keys === null) return undefined;
  const id = required(keys, 'hostId', notes, 'what the host is called');
  const address = text(required(keys, 'privateIPAddress', notes, 'the address that the platform reaches it at'), notes)?.trim();
  const hostId = text(id, notes);
  if (address !== undefined && !/^[A-Za-z0-9.:-]+$/.test(address)) {
    notes.error(keys.at('privateIPAddress') ?? node, 'invalid-value', 'found something else than an address');
    return undefined;
  }
  return { node, id: id && hostId ? { at: id, text: hostId } : undefined, address, port: portOf(keys, notes) };
}

function portOf(keys: Keys, notes: Notes): number {
  const found = property(propertiesOf(keys.at('property'), notes), 'KUBERNETES_MASTER_PORT');
  return whole(found && { pointer: found.at.pointer, value: found.value }, notes, ports) ?? defaultPort;
}

function refuseTwins(hosts: readonly (Host | undefined)[], notes: Notes): void {
  const seen = new Set<string>();
  for (const each of hosts) {
    if (each?.id === undefined) continue;
    if (seen.has(each.id.text)) notes.error(each.id.at, 'duplicate-entry', `another host of the cluster is called ${JSON.stringify(each.id.text)}`);
    seen.add(each.id.text);
  }
}

function portRange(node: Node, notes: Notes): unknown {
  const keys = keysOf(node, notes, ['lower', 'upper']);
  if (keys === null) return undefined;
  const [lower, upper] = [required(keys, 'lower', notes, 'the first port'), required(keys, 'upper', notes, 'the last port')];
  return said(node, { lower: lower && said(lower, whole(lower, notes, ports)), upper: upper && said(upper, whole(upper, notes, ports)) });
}
