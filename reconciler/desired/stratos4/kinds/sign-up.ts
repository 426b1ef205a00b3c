/**
 * Sign-ups and domain mappings. The old API took their application from the URL, so the documents do not name it:
 * `applicationId` may be added to them, else the one application beside them in their folder is meant.
 */

import { nativeName } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { items, keysOf, required, text, type Keys } from '../reader.ts';
import { keyed, said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';
import { aliasedRepository } from './repository.ts';

/** Stands where the application's name will. */
const unknown = 'unknown';

export function applicationSignUp(node: Node, notes: Notes): readonly Translation[] {
  const keys = keysOf(node, notes, ['applicationId', 'artifactRepositories']);
  if (keys === null) return [];
  const repositories = new Map<string, unknown>();
  for (const item of items(keys.at('artifactRepositories'))) {
    const { alias: at, repository } = aliasedRepository(item, notes);
    const alias = text(at, notes);
    if (at === undefined || alias === undefined) notes.error(item, 'missing-key', '"alias" is missing: the cartridge that serves the artifacts');
    else if (repositories.has(alias)) notes.error(at, 'duplicate-entry', `there is a repository for ${JSON.stringify(alias.slice(0, 60))} already`);
    else if (repository !== undefined) repositories.set(alias, repository);
  }
  const { id, application } = applicationIn(keys, notes);
  const list = keys.at('artifactRepositories');
  const artifactRepositories = list && said(list, keyed([...repositories]));
  return [{ ...documentOf('ApplicationSignUp', node, id, 'sign-up', { application: said(id ?? node, application ?? unknown), artifactRepositories }), application }];
}

export function domainMappings(node: Node, notes: Notes): readonly Translation[] {
  const keys = keysOf(node, notes, ['applicationId', 'domainMappings']);
  if (keys === null) return [];
  const { id, application } = applicationIn(keys, notes);
  return items(keys.at('domainMappings')).flatMap((item) => mapping(item, { id, application }, notes));
}

function mapping(node: Node, { id, application }: NamedApplication, notes: Notes): readonly Translation[] {
  const keys = keysOf(node, notes, ['cartridgeAlias', 'domainName', 'contextPath']);
  if (keys === null) return [];
  const alias = required(keys, 'cartridgeAlias', notes, 'the cartridge that the domain leads to');
  const domain = required(keys, 'domainName', notes, 'the domain');
  const path = keys.at('contextPath');
  const [cartridge, domainName, written] = [alias, domain, path].map((each) => text(each, notes)?.trim());
  if (domain === undefined || domainName === undefined) return [];
  const contextPath = written === undefined || written.startsWith('/') ? written : `/${written}`;
  return [{ ...documentOf('DomainMapping', node, domain, nativeName(`${domainName}${contextPath ?? ''}`), {
    application: said(id ?? node, application ?? unknown),
    cartridge: alias && said(alias, cartridge),
    domainName: said(domain, domainName),
    contextPath: path && said(path, contextPath),
  }), application }];
}

interface NamedApplication {
  readonly id: Node | undefined;
  readonly application: string | null;
}

function applicationIn(keys: Keys, notes: Notes): NamedApplication {
  const id = keys.at('applicationId');
  const written = text(id, notes);
  return { id, application: written === undefined ? null : nativeName(written) };
}
