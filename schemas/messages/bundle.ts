/**
 * The form of an artifact bundle, the one thing that agents fetch: a gzip'd tar of regular files (0644 or 0755) and
 * relative symbolic links, sorted by the bytes of their paths. The reconciler packs by these rules and the agent
 * unpacks by them, so that what one accepts the other does not refuse.
 *
 * Invariants: no path and no link leads out of the bundle; no two paths are one file on a file system that folds case
 * or normalizes Unicode; what a bundle becomes when unpacked is bounded by its own size.
 */

import { utf8ToBytes } from '@noble/hashes/utils.js';

const mebibyte = 1024 * 1024;

export interface BundleLimits {
  /** Files and links. */
  readonly entries: number;
  /** Bytes of the uncompressed tar, headers included. */
  readonly tarBytes: number;
  readonly pathBytes: number;
  /** Folders and the name at the end. */
  readonly depth: number;
}

/** What both sides hold to at the most. */
export const bundleLimits: BundleLimits = { entries: 50_000, tarBytes: 1024 * mebibyte, pathBytes: 1024, depth: 64 };

/** Above this ratio a bundle is a bomb; small ones may be as dense as they like. */
const greatestRatio = 200;
const ratioFreeBytes = 16 * mebibyte;

/** The most that a bundle of so many compressed bytes may hold as a tar. */
export function tarBytesAllowed(compressedBytes: number, limits: BundleLimits = bundleLimits): number {
  return Math.min(limits.tarBytes, Math.max(ratioFreeBytes, compressedBytes * greatestRatio));
}

/** Why a path may not stand in a bundle; null when it may. */
export function pathProblem(path: string, limits: BundleLimits = bundleLimits): string | null {
  if (path === '') return 'has an empty path';
  if (path.startsWith('/')) return 'has an absolute path';
  if (path.includes('\0')) return 'has a NUL in its path';
  if (path.includes('\\')) return 'has a backslash in its path, which is a separator on some systems';
  if (path.includes('\uFFFD')) return 'has a path that is not valid UTF-8';
  if (utf8ToBytes(path).length > limits.pathBytes) return `has a path longer than ${limits.pathBytes} bytes`;
  const names = path.split('/');
  if (names.length > limits.depth) return `stands deeper than ${limits.depth} folders`;
  for (const name of names) {
    if (name === '') return 'has an empty name in its path';
    if (name === '.' || name === '..') return `has ${JSON.stringify(name)} in its path`;
    if (utf8ToBytes(name).length > 255) return 'has a name longer than 255 bytes in its path';
  }
  return null;
}

/** The path as a file system sees it that folds case and normalizes Unicode. */
function foldedPath(path: string): string {
  return path.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

/**
 * Watches paths go by and names, for each, an earlier one that would be the same file or folder on another file
 * system: `A/x` and `a/y` are twins by their folders.
 */
export function createTwinFinder(): (path: string) => { readonly one: string; readonly other: string } | null {
  const exactByFolded = new Map<string, string>();
  return (path) => {
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      const exact = end === -1 ? path : path.slice(0, end);
      const folded = foldedPath(exact);
      const known = exactByFolded.get(folded);
      if (known === undefined) exactByFolded.set(folded, exact);
      else if (known !== exact) return { one: known, other: exact };
      if (end === -1) return null;
    }
  };
}

const greatestLinkHops = 40;

/**
 * Why the symbolic link at `path` may not stand in a bundle that holds exactly `links` (path → target); null when it
 * may. Links on the way are followed as a kernel would, because `a/..` is not the parent of `a` when `a` is a link.
 * A target that does not exist is no problem.
 */
export function linkProblem(links: ReadonlyMap<string, string>, path: string, limits: BundleLimits = bundleLimits): string | null {
  const at = path.split('/').slice(0, -1);
  const pending: string[] = [];
  let hops = 0;
  let target = links.get(path) ?? '';
  for (;;) {
    const problem = targetProblem(target, limits);
    if (problem !== null) return problem;
    hops += 1;
    if (hops > greatestLinkHops) return 'leads in a circle, or through too many links';
    pending.push(...target.split('/').reverse());
    const next = walk(at, pending, links);
    if (next === 'left') return `leads out of the bundle (${JSON.stringify(links.get(path))})`;
    if (next === null) return null;
    target = next.target;
  }
}

function targetProblem(target: string, limits: BundleLimits): string | null {
  if (target === '') return 'has no target';
  if (target.startsWith('/')) return `leads to an absolute path (${JSON.stringify(target)})`;
  if (/[\0\\\uFFFD]/.test(target)) return `has a target that is not a plain relative path (${JSON.stringify(target)})`;
  if (utf8ToBytes(target).length > limits.pathBytes) return `has a target longer than ${limits.pathBytes} bytes`;
  return null;
}

/** Takes steps off `pending` until a link, the end, or the bundle's edge is reached. */
function walk(at: string[], pending: string[], links: ReadonlyMap<string, string>): 'left' | { readonly target: string } | null {
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    if (step === '' || step === '.') continue;
    if (step === '..') {
      if (at.pop() === undefined) return 'left';
      continue;
    }
    const target = links.get([...at, step].join('/'));
    if (target !== undefined) return { target };
    at.push(step);
  }
  return null;
}
