/** Artifact repositories, in applications and in sign-ups. Old agents pulled the branch master, whatever the repository's default. */

import { nativeAlias } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { keysOf, text, truth, type Keys } from '../reader.ts';
import { said } from '../said.ts';
import { noteSecret } from '../taint.ts';

const known = ['privateRepo', 'repoUrl', 'repoUsername', 'repoPassword'];

/** @returns undefined when it names no repository. */
export function artifactRepository(node: Node | undefined, notes: Notes): unknown {
  const keys = node === undefined ? null : keysOf(node, notes, known, ['alias']);
  return keys === null ? undefined : repositoryIn(keys, notes);
}

/** The alias that goes before it in a sign-up, and the repository. */
export function aliasedRepository(node: Node, notes: Notes): { readonly alias: Node | undefined; readonly repository: unknown } {
  const keys = keysOf(node, notes, ['alias', ...known]);
  return keys === null ? { alias: undefined, repository: undefined } : { alias: keys.at('alias'), repository: repositoryIn(keys, notes) };
}

function repositoryIn(keys: Keys, notes: Notes): unknown {
  const at = keys.at('repoUrl');
  const written = text(at, notes);
  const isPrivate = truth(keys.at('privateRepo'), notes) ?? false;
  // A token is often given as the user: it is not read either.
  text(keys.at('repoUsername'), notes);
  const password = keys.at('repoPassword');
  if (at === undefined || written === undefined) return undefined;
  const { url, login } = withoutLogin(written.trim());
  const secret = isPrivate || login ? secretFor(url) : undefined;
  if (secret !== undefined) noteSecret(login ? at : (given(password) ?? at), secret, `the login for ${JSON.stringify(url.slice(0, 100))}`, notes);
  const unused = given(password);
  if (secret === undefined && unused !== undefined) notes.info(unused, 'secret-in-file', 'a password stands in this file and is not read: the repository is not private', 'Take it out, and change it: whoever can read the file knows it.');
  return said(keys.node, { url: said(at, url), branch: 'master', ...(secret === undefined ? {} : { secret }) });
}

const given = (password: Node | undefined): Node | undefined => (password === undefined || password.value === '' ? undefined : password);

/** A login in the URL belongs into a secret. The user of ssh is part of the address, unless a password follows. */
function withoutLogin(written: string): { readonly url: string; readonly login: boolean } {
  const [, plain = written, query] = /^([^?#]*)([?#].*)$/s.exec(written) ?? [];
  const [, scheme = '', login, rest = ''] = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)([^/\s]*)@(.*)$/s.exec(plain) ?? [];
  const named = login === undefined || (scheme.toLowerCase() === 'ssh://' && !login.includes(':'));
  // What is asked behind the path is no part of a repository's address, and often a token.
  return { url: named ? plain : `${scheme}${rest}`, login: !named || query !== undefined };
}

/** One repository has one login, wherever it stands. */
function secretFor(url: string): string {
  return nativeAlias(`git-${url.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\//, '').replace(/\.git$/, '')}`);
}
