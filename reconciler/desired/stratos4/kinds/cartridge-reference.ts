/** One cartridge in an application: its alias, how many, by which policies, and where its artifacts come from. */

import { nativeName } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { environment, isPayload, propertiesOf } from '../properties.ts';
import { keysOf, required, text, type Keys } from '../reader.ts';
import { said } from '../said.ts';
import { range } from './member-count.ts';
import { persistence } from './persistence.ts';
import { artifactRepository } from './repository.ts';

/** As the old server demanded, without its exponential cost on long texts that do not fit. */
const aliasForm = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const known = ['alias', 'autoscalingPolicy', 'deploymentPolicy', 'artifactRepository', 'property', 'persistence', 'lvsVirtualIP'];
/** The old server carried them around and never used them. */
const unused = ['minMembers', 'maxMembers', 'dependencyAliases'];

/** @param taken the cartridge aliases of the whole application; the new one is added. */
export function cartridgeReference(node: Node, placedBy: string | null, taken: Set<string>, notes: Notes): { readonly alias: string; readonly value: unknown } | null {
  const keys = keysOf(node, notes, ['type', 'cartridgeMin', 'cartridgeMax', 'subscribableInfo']);
  if (keys === null) return null;
  const type = required(keys, 'type', notes, 'which cartridge');
  const typeName = text(type, notes);
  const { min, max } = range(keys, ['cartridgeMin', 'cartridgeMax'], 'no member is started', notes);
  const infoNode = required(keys, 'subscribableInfo', notes, 'the alias and the policies');
  const info = infoNode === undefined ? null : keysOf(infoNode, notes, known, unused);
  if (info === null) return null;
  const alias = aliasIn(info, taken, notes);
  const value = { type: type && typeName && said(type, nativeName(typeName)), min, max, ...subscription(info, placedBy, notes) };
  return alias === null ? null : { alias, value: said(node, value) };
}

function aliasIn(info: Keys, taken: Set<string>, notes: Notes): string | null {
  const at = required(info, 'alias', notes, 'what the cartridge is called here');
  const alias = text(at, notes);
  if (at === undefined || alias === undefined) return null;
  if (!aliasForm.test(alias) || alias.length > 63) {
    notes.error(at, 'invalid-name', `${JSON.stringify(alias.slice(0, 80))} cannot be an alias; expected lower-case letters and digits with single inner hyphens, at most 63 characters`);
    return null;
  }
  if (taken.has(alias)) {
    notes.error(at, 'duplicate-alias', `the alias ${JSON.stringify(alias)} is taken already; another cartridge of the application has it`);
    return null;
  }
  taken.add(alias);
  return alias;
}

function subscription(info: Keys, placedBy: string | null, notes: Notes): Readonly<Record<string, unknown>> {
  const scaling = required(info, 'autoscalingPolicy', notes, 'when the cluster grows and shrinks');
  const placing = info.at('deploymentPolicy');
  const [scalingName, placingName] = [text(scaling, notes), text(placing, notes)];
  if (placing !== undefined && placingName !== undefined && placedBy !== null) notes.error(placing, 'placed-twice', `the group ${JSON.stringify(placedBy)} around it names a deployment policy already`);
  const virtual = info.at('lvsVirtualIP');
  if (text(virtual, notes) !== undefined && virtual !== undefined) notes.warn({ ...virtual, at: 'key' }, 'not-carried', '"lvsVirtualIP" is left out: there is no load balancer that would take it');
  const properties = propertiesOf(info.at('property'), notes);
  for (const { at, name } of properties.filter((each) => !isPayload(each))) notes.warn(at, 'not-carried', `the property ${JSON.stringify(name.slice(0, 60))} is left out: only those that begin with payload_parameter. reach the members`);
  return {
    autoscalingPolicy: scaling && scalingName && said(scaling, nativeName(scalingName)),
    deploymentPolicy: placing && placingName && said(placing, nativeName(placingName)),
    artifactRepository: artifactRepository(info.at('artifactRepository'), notes),
    environment: environment(properties, notes),
    persistence: persistence(info.at('persistence'), notes),
  };
}
