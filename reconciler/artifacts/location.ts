/**
 * Where an artifact repository stands: below the platform's own repositories, or at a remote URL.
 * Invariant: a local location is a real path inside the root, whatever links stand on the way.
 */

import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { GitFailure } from '../contracts/git.ts';
import { parseRemoteUrl, shownUrl } from '../git/url.ts';

export type Location =
  | { readonly kind: 'local'; readonly path: string; readonly name: string }
  | { readonly kind: 'remote'; readonly url: string; readonly scheme: string; readonly name: string };

/** A URL without scheme and host is a path below the root. @throws GitFailure `refused` when it leaves the root or is no URL that may be used. */
export function locate(url: string, root: string): Location {
  if (!isLocalUrl(url)) {
    const remote = parseRemoteUrl(url);
    return { kind: 'remote', url: remote.href, scheme: remote.scheme, name: shownUrl(remote) };
  }
  if (url === '' || /[\u0000-\u001f\u007f\\]/.test(url) || isAbsolute(url) || url.split('/').some((step) => step === '..')) {
    throw new GitFailure('refused', `${JSON.stringify(url.slice(0, 200))} is not a path below the platform's repositories`);
  }
  const path = resolve(root, url);
  if (!isBelow(path, resolve(root))) throw new GitFailure('refused', `${JSON.stringify(url)} leaves the platform's repositories`);
  return { kind: 'local', path, name: relative(root, path) };
}

/** The real path of a local repository. @throws GitFailure `refused` when links lead out of the root, `missing-object` when nothing is there. */
export async function confined(path: string, root: string): Promise<string> {
  const [real, realRoot] = await Promise.all([realOf(path), realOf(root)]);
  if (!isBelow(real, realRoot)) throw new GitFailure('refused', `the repository ${relative(root, path)} leads out of the platform's repositories`);
  return real;
}

/** A form in which two spellings of one repository are equal: the scheme, port, user and `.git` do not count. Null for what is no repository's URL. */
export function comparableUrl(url: string): string | null {
  try {
    if (isLocalUrl(url)) return join('/', url).replace(/\/+$/, '').replace(/\.git$/, '');
    const remote = parseRemoteUrl(url);
    return `${remote.host}${remote.path.replace(/\/+$/, '').replace(/\.git$/, '')}`;
  } catch (error) {
    if (error instanceof GitFailure) return null;
    throw error;
  }
}

/** Whether the URL names a path below the platform's own repositories. */
export function isLocalUrl(url: string): boolean {
  // A colon before the first slash makes it a URL, a remote helper, or SSH's short form.
  return !/^[^/]*:/.test(url) && !url.startsWith('-');
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    throw new GitFailure('missing-object', 'there is no repository', { cause });
  }
}
