/**
 * Which values of an old document may be secrets. Such a value is never copied: what is read instead is a reference to a
 * secret that the platform keeps, under a name made from where it stood. When in doubt a value counts as a secret.
 */

import type { Node, Notes } from './notes.ts';

const secretName = /passw|passphrase|pwd|secret|credential|token|identity|(?:private|access|api|auth)[._-]?key|(?:^|[._-])key$/i;
/** It only names a secret. */
const harmless = new Set(['IMAGE_PULL_SECRETS']);
const secretText = /:\/\/[^/\s]*@|-----BEGIN /;

/** Whether what a key holds must not be shown. */
export function hidesSecret(key: string, value: unknown): boolean {
  if (typeof value === 'string' && secretText.test(value)) return true;
  // What a property's value is can only be told by its name, which stands beside it.
  return key === 'value' || isSecretName(key);
}

function isSecretName(name: string): boolean {
  return secretName.test(name) && !harmless.has(name);
}

/** Whether a property, by its name and its value, holds a secret. */
export function isSecretProperty(name: string, value: string): boolean {
  return value !== '' && (isSecretName(name) || secretText.test(value));
}

/** Notes that a secret stood there and that the platform has to be given it. */
export function noteSecret(at: Node, secret: string, what: string, notes: Notes): void {
  notes.info(at, 'secret-in-file', `${what} stands in this file and is not read; the secret ${JSON.stringify(secret)} takes its place`,
    `Give the platform the secret ${JSON.stringify(secret)}, and change the one in this file: whoever can read the file knows it.`);
}

/** The same for a place where no reference to a secret can stand. */
export function noteDroppedSecret(at: Node, what: string, notes: Notes): void {
  notes.warn(at, 'secret-dropped', `${what} stands in this file and is left out: no secret can stand here`,
    'Let the workload take it from a secret of the platform, and change the one in this file: whoever can read the file knows it.');
}

/** The login to a cloud: the platform's configuration holds it, no definition does. */
export function noteLogin(at: Node, provider: string, notes: Notes): void {
  notes.info(at, 'secret-in-file', `a login to the provider ${JSON.stringify(provider.slice(0, 60))} stands in this file and is not read`,
    'The login belongs to the provider in the configuration of the platform; change the one in this file: whoever can read the file knows it.');
}
