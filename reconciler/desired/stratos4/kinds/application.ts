/** Applications. Adding one was not deploying it: an ApplicationDeployment does that. */

import { identity } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { keysOf, required, text, truth } from '../reader.ts';
import { said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';
import { dependencies } from './dependencies.ts';
import { references, type Aliases } from './references.ts';

/** What the old server only ever answered. */
const answered = ['status', 'signUpsExist'];

export function application(node: Node, notes: Notes): Translation | null {
  const keys = keysOf(node, notes, ['applicationId', 'alias', 'name', 'description', 'multiTenant', 'components', 'property'], answered);
  if (keys === null) return null;
  const id = required(keys, 'applicationId', notes, 'what the application is called');
  const name = identity(id, notes);
  const multiTenant = keys.at('multiTenant');
  const plain = (key: string): unknown => {
    const at = keys.at(key);
    const value = text(at, notes);
    return at === undefined || value === undefined ? undefined : said(at, value);
  };
  const properties = keys.at('property');
  if (properties !== undefined && !isEmpty(properties)) notes.warn(properties, 'not-carried', 'properties of an application are left out; those of cartridges and of references are read');
  const written = required(keys, 'components', notes, 'what runs');
  return documentOf('Application', node, id, name, {
    multiTenant: multiTenant && said(multiTenant, truth(multiTenant, notes)),
    components: written && components(written, notes),
  }, { 'stratos4/alias': keys.at('alias')?.value === id?.value ? undefined : plain('alias'), 'stratos4/name': plain('name'), description: plain('description') });
}

const isEmpty = ({ value }: Node): boolean => Array.isArray(value) && value.length === 0;

function components(node: Node, notes: Notes): unknown {
  const keys = keysOf(node, notes, ['groups', 'cartridges', 'dependencies']);
  if (keys === null) return undefined;
  const aliases: Aliases = { cartridges: new Set(), groups: new Set() };
  const { cartridges, groups, siblings } = references(keys, { placedBy: null }, aliases, notes);
  return said(node, { cartridges, groups, dependencies: dependencies(keys.at('dependencies'), siblings, notes) });
}
