/** Names of references: what may be asked for, and where it is looked for. The name never reaches a command line unchecked. */

import { GitFailure } from '../contracts/git.ts';

const referenceLengthMax = 255;

/** Control characters and everything that means something else to Git: ranges, globs, reflog and path syntax. */
const forbiddenCharacters = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\//;

/** Whether the text is a well-formed reference name, full or short. */
export function isReferenceName(name: string): boolean {
  if (name === '' || name === '@' || name.length > referenceLengthMax || forbiddenCharacters.test(name)) return false;
  if (name.startsWith('-') || name.startsWith('/') || name.endsWith('/') || name.endsWith('.')) return false;
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));
}

export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** The full names that a reference may stand for, best first. @throws GitFailure `refused` when it is malformed. */
export function referenceCandidates(reference: string): readonly string[] {
  if (!isReferenceName(reference)) {
    throw new GitFailure('refused', `${JSON.stringify(reference.slice(0, 80))} is not a well-formed branch, tag or commit id`);
  }
  if (reference === 'HEAD' || reference.startsWith('refs/')) return [reference];
  return [`refs/heads/${reference}`, `refs/tags/${reference}`];
}

/** The references that a mirror keeps: branches and tags, no pull requests or notes. */
export function isMirrored(reference: string): boolean {
  return (reference.startsWith('refs/heads/') || reference.startsWith('refs/tags/')) && isReferenceName(reference);
}
