/** Old documents as texts, and short looks at what they come to. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sourceName, tenantName } from '../../../schemas/ids.ts';
import { nothingRemembered } from '../../../reconciler/desired/link/input.ts';
import { link, type LinkState } from '../../../reconciler/desired/link/link.ts';
import { parseFile } from '../../../reconciler/desired/parse/file.ts';
import type { ParsedFile } from '../../../reconciler/desired/parse/parsed.ts';
import { locator } from '../../../reconciler/desired/parse/position.ts';

export type Texts = ReadonlyMap<string, string>;

export function parsed(text: string): ParsedFile {
  return parseFile(new TextEncoder().encode(text));
}

/** The native documents of one old one. */
export function values(old: unknown): unknown[] {
  return parsed(typeof old === 'string' ? old : JSON.stringify(old, null, 2)).documents.map(({ value }) => value);
}

/** The `spec` of the one native document that an old one comes to. */
export function spec(old: unknown): unknown {
  const [only, ...more] = values(old);
  if (only === null || only === undefined || more.length > 0) throw new Error(`not one document: ${told(old).join('\n')}`);
  return (only as { spec: unknown }).spec;
}

/** `line:column severity code` of every problem of one text, in reading order. */
export function told(old: unknown): string[] {
  const { problems } = parsed(typeof old === 'string' ? old : JSON.stringify(old, null, 2));
  return problems.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`);
}

export function linkedFiles(files: ReadonlyMap<string, ParsedFile>, former: LinkState | null = null): LinkState {
  const tenant = tenantName('default');
  return link({
    platformTenant: tenant, lastGood: nothingRemembered,
    sources: [{ name: sourceName('definitions'), scope: 'platform', tenant, revision: 'r1', files, unreadable: new Map(), removalsHeldBy: null }],
  }, former);
}

export function linked(texts: Texts): LinkState {
  return linkedFiles(new Map([...texts].map(([name, text]) => [name, parsed(text)])));
}

/** `file:line:column severity code` of every problem, looked up as the platform does. */
export function places(state: LinkState, texts: Texts): string[] {
  const found = state.problems.map(({ file, line, column, pointer, severity, code }) => {
    const position = line === null ? locator(texts.get(file) ?? '').positionOf(0, pointer ?? '') : { line, column };
    return { file, line: position?.line ?? 0, column: position?.column ?? 0, text: `${severity} ${code}` };
  });
  return found
    .toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column || (a.text < b.text ? -1 : 1)))
    .map(({ file, line, column, text }) => `${file}:${line}:${column} ${text}`);
}

const root = process.env['STRATOS_TEST_SAMPLES'] ?? path.join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'stratos-samples');

/** Whether the definitions that came with Apache Stratos are there: they are not part of this repository. */
export const samplesAreThere = existsSync(path.join(root, 'cartridge-groups'));

export const clouds = ['ec2', 'gce', 'kubernetes', 'mock', 'multi', 'openstack'] as const;

const shared = ['application-policies', 'applications', 'autoscaling-policies', 'cartridge-groups', 'deployment-policies', 'kubernetes-clusters'];

/** What one cloud's definitions and those of all clouds make together: path → text. */
export function sampleSet(cloud: string): Texts {
  return texts([...shared, `cartridges/${cloud}`, `network-partitions/${cloud}`]);
}

export function allSamples(): Texts {
  return texts([...shared, 'cartridges', 'network-partitions']);
}

function texts(folders: readonly string[]): Texts {
  const files = folders.flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json')).map((name) => `${folder}/${name.split(path.sep).join('/')}`));
  return new Map(files.toSorted().map((name) => [name, readFileSync(path.join(root, name), 'utf8')]));
}
