/**
 * Secrets of this platform: one file each, `<data>/secrets/<tenant or "platform">/<name>.yaml`, readable by its owner only.
 * A login is bound to a URL prefix there, and never leaves for another one.
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { GitCredential } from '../contracts/git.ts';

const namePattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** @throws Error that names the file, never its content. */
export function readCredential(dataDirectory: string, of: { tenant: string | null; name: string }): GitCredential | null {
  const { tenant, name } = of;
  if (!namePattern.test(name) || (tenant !== null && !namePattern.test(tenant))) return null;
  const file = join(dataDirectory, 'secrets', tenant ?? 'platform', `${name}.yaml`);
  if (!existsSync(file)) return null;
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`${file} can be read by others; chmod 600 it`);
  const value = parseFile(file);
  const text = (key: string): string | undefined => (typeof value[key] === 'string' ? value[key] : undefined);
  const urlPrefix = text('urlPrefix');
  if (!urlPrefix) throw new Error(`${file} names no urlPrefix: a login is bound to the URLs that it is for`);
  const [username, password, privateKeyFile] = [text('username'), text('password'), text('privateKeyFile')];
  return { urlPrefix, ...(username && { username }), ...(password && { password }), ...(privateKeyFile && { privateKeyFile }) };
}

function parseFile(file: string): Record<string, unknown> {
  try {
    const value: unknown = parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // The parser's message quotes the line, which may hold the secret.
  }
  throw new Error(`${file} is not a YAML map`);
}
