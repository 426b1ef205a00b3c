/** Tenants. People and their passwords are no definitions: who may do what is said by roles. */

import { identity } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { keysOf, required, text, truth } from '../reader.ts';
import { said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';

const people = ['admin', 'firstName', 'lastName', 'email'];
const unused = ['tenantId', 'successKey', 'createdDate', 'originatedService', 'usagePlan'];
const hostname = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/;

export function tenant(node: Node, notes: Notes): Translation | null {
  const keys = keysOf(node, notes, ['tenantDomain', 'active', 'adminPassword', ...people], unused);
  if (keys === null) return null;
  const id = required(keys, 'tenantDomain', notes, 'what the tenant is called');
  const name = identity(id, notes);
  const domain = text(id, notes);
  const active = keys.at('active');
  const password = keys.at('adminPassword');
  if (password !== undefined && password.value !== '') {
    notes.info(password, 'secret-in-file', 'the password of an administrator stands in this file and is not read', 'People log in elsewhere: take the password out, and change it, since whoever can read the file knows it.');
  }
  const admin = keys.at('admin');
  if (admin !== undefined) notes.info({ ...admin, at: 'key' }, 'not-carried', 'the administrator is left out: name people and groups under "roles" of the native form');
  return documentOf('Tenant', node, id, name, {
    displayName: id && domain && said(id, domain),
    active: active && said(active, truth(active, notes)),
    domains: id && domain && hostname.test(domain) ? said(id, [domain]) : undefined,
  });
}
