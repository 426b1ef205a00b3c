/** Git's words for what went wrong, sorted by the next move. They are fit to show: no credential, no control character. */

import { GitFailure, type GitCredential, type GitFailureCode } from '../../contracts/git.ts';
import { basicAuthorization } from '../http.ts';

const meanings: readonly (readonly [RegExp, GitFailureCode])[] = [
  [/returned error: 3\d\d|unable to update url base from redirection|transport '.*' not allowed|protocol .* not allowed/i, 'refused'],
  [/could not read (?:Username|Password)|Authentication failed|Permission denied|Host key verification failed|returned error: 40[13]/i, 'denied'],
  [/died of signal 25|File size limit|File too large|exceeds maximum allowed size/i, 'too-large'],
  [/unresolved deltas|index-pack|unpack-objects|early EOF|bad pack|pack (?:has|is)|fsck error|inflate|did not send all necessary|missing (?:blob|tree|commit)|corrupt|bad object|mismatched algorithms|hash algorithm|invalid object/i, 'corrupt'],
];

const messageLengthMax = 300;

export function failureOf(stderr: string, what: string, credential: GitCredential | null): GitFailure {
  const code = meanings.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'unreachable';
  return new GitFailure(code, `${what}: ${shownReason(stderr, credential)}`);
}

function shownReason(stderr: string, credential: GitCredential | null): string {
  const lines = stderr.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('hint:'));
  const telling = lines.filter((line) => /^(?:fatal|error|remote):/.test(line));
  const text = (telling.length > 0 ? telling : lines).join('; ').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return withoutSecrets(text, credential).slice(0, messageLengthMax) || 'git gave no reason';
}

function withoutSecrets(text: string, credential: GitCredential | null): string {
  if (!credential) return text;
  const secrets = [credential.password, basicAuthorization(credential).slice('Basic '.length)];
  return secrets.reduce<string>((clean, secret) => (secret === undefined || secret === '' ? clean : clean.replaceAll(secret, '***')), text);
}
