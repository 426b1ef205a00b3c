/**
 * Builds the console into `console/dist/`. Invariants: whoever serves that folder meanwhile sees either the old page or
 * the new one, whole; two builds at once do not disturb each other; what was built from the present sources is not built again.
 */

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'dist');
/** Holds the digest of the sources that the page was built from. */
const stamp = join(output, 'built-from.txt');
const apart = new Set(['dist', '.types', 'node_modules']);

/** Builds the page unless it stands there already, built from these sources. @returns whether it was built. */
export async function ensureConsole(): Promise<boolean> {
  const [wanted, built] = await Promise.all([sourcesDigest(), readFile(stamp, 'utf8').catch(() => '')]);
  if (wanted === built) return false;
  await buildConsole();
  return true;
}

/** Builds the page. @throws Error when the sources cannot be built; the page that stands there stays. */
export async function buildConsole(): Promise<void> {
  const digest = await sourcesDigest();
  await mkdir(output, { recursive: true });
  // Below dist, so that the finished files can be renamed into place.
  const building = await mkdtemp(join(output, '.building-'));
  try {
    await bundle(building);
    await install(building, digest);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function bundle(outDir: string): Promise<void> {
  // Loaded here, so that a start that finds the page built does not pay for the bundler.
  const { build } = await import('vite');
  await build({
    root, configFile: false, envFile: false, logLevel: 'error', publicDir: false, mode: 'production',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir, emptyOutDir: true, reportCompressedSize: false, target: 'es2023', cssTarget: ['chrome125', 'firefox126', 'safari17.5'],
      // The page runs under a policy without inline scripts and without foreign sources.
      modulePreload: { polyfill: false }, assetsInlineLimit: 0,
    },
  });
}

/** The assets first, whose names are digests of their content; then the page that names them; then what it names no more goes. */
async function install(from: string, digest: string): Promise<void> {
  const assets = join(output, 'assets');
  await mkdir(assets, { recursive: true });
  const names = await readdir(join(from, 'assets'));
  for (const name of names) await rename(join(from, 'assets', name), join(assets, name));
  await rename(join(from, 'index.html'), join(output, 'index.html'));
  await writeFile(stamp, digest);
  for (const name of await readdir(assets)) if (!names.includes(name)) await rm(join(assets, name), { force: true });
}

/** A digest of everything that the page is made of: its sources, and the versions of what it is bundled from and by. */
async function sourcesDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await sourceFiles(root)).toSorted()) hash.update(`${relative(root, file)}\0`).update(await readFile(file)).update('\0');
  hash.update(await readFile(join(root, '..', 'package-lock.json')));
  return hash.digest('hex');
}

async function sourceFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(entries.filter(({ name }) => !apart.has(name)).map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourceFiles(path) : [path];
  }));
  return found.flat();
}
