/** Lists of `{name, value}`: launch settings, and what began with `payload_parameter.`, the environment of the members. */

import { nativeAlias } from './naming.ts';
import type { Node, Notes } from './notes.ts';
import { items, keysOf, required, text } from './reader.ts';
import { keyed, said } from './said.ts';
import { isSecretProperty, noteDroppedSecret, noteSecret } from './taint.ts';

export interface Property {
  readonly name: string;
  /** Where the value stands. */
  readonly at: Node;
  /** May be a secret: it is only copied through `settings` and `environment`. */
  readonly value: string;
}

const payload = 'payload_parameter.';

/** Of two properties with one name the first counts. */
export function propertiesOf(list: Node | undefined, notes: Notes): readonly Property[] {
  const found: Property[] = [];
  for (const item of items(list)) {
    const keys = keysOf(item, notes, ['name', 'value']);
    if (keys === null) continue;
    const nameNode = required(keys, 'name', notes, 'what the property is called');
    const name = text(nameNode, notes);
    const at = keys.at('value');
    const value = text(at, notes);
    if (name === undefined || nameNode === undefined) continue;
    if (found.some((other) => other.name === name)) notes.warn(nameNode, 'duplicate-entry', `the property ${JSON.stringify(name.slice(0, 60))} stands here already; the first one counts`);
    else if (at !== undefined && value !== undefined) found.push({ name, at, value });
  }
  return found;
}

/** What one property holds; undefined when it is not there. */
export function property(list: readonly Property[], name: string): Property | undefined {
  return list.find((each) => each.name === name);
}

/**
 * Properties as launch settings; a secret becomes a reference to one.
 * @param owner begins the names of secrets.
 * @param formOf gives the form in which a value that is no secret is kept.
 */
export function settings(list: readonly Property[], owner: string, notes: Notes, formOf = ({ value }: Property): unknown => value): readonly (readonly [string, unknown])[] {
  return list.flatMap((each): (readonly [string, unknown])[] => {
    const { name, at, value } = each;
    const setting = name.replaceAll(/[^A-Za-z0-9._-]/g, '.').slice(0, 128);
    if (!/^[A-Za-z]/.test(setting)) {
      notes.warn(at, 'not-carried', `the property ${JSON.stringify(name.slice(0, 60))} is left out: a setting begins with a letter`);
      return [];
    }
    if (setting !== name) notes.info(at, 'renamed', `the property ${JSON.stringify(name.slice(0, 60))} is called ${JSON.stringify(setting)} here`);
    if (!isSecretProperty(name, value)) return [[setting, said(at, formOf(each))]];
    const secret = nativeAlias(`${owner}-${withoutPrefix(name)}`);
    noteSecret(at, secret, `the value of ${JSON.stringify(name.slice(0, 60))}`, notes);
    return [[setting, said(at, { secret })]];
  });
}

/** The properties for the members themselves, as environment variables, where no secret can stand. */
export function environment(list: readonly Property[], notes: Notes): unknown {
  return keyed(list.filter(isPayload).flatMap(({ name, at, value }): (readonly [string, unknown])[] => {
    const variable = withoutPrefix(name);
    if (isSecretProperty(name, value)) noteDroppedSecret(at, `the value of ${JSON.stringify(name.slice(0, 60))}`, notes);
    else if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(variable)) notes.warn(at, 'not-carried', `${JSON.stringify(variable.slice(0, 60))} is left out: it cannot be the name of an environment variable`);
    else return [[variable, said(at, value)]];
    return [];
  }));
}

export function isPayload({ name }: Property): boolean {
  return name.startsWith(payload);
}

/** Whether it is for the members and may stand there in the open. */
export function isOpenPayload(each: Property): boolean {
  return isPayload(each) && !isSecretProperty(each.name, each.value);
}

function withoutPrefix(name: string): string {
  return name.startsWith(payload) ? name.slice(payload.length) : name;
}
