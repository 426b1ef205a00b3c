/** Finding the program of an extension: in the artifact first, then in the image, and never outside of them. */

import { realpath, stat } from 'node:fs/promises';
import { join as joinPath, sep } from 'node:path';

export type Located =
  | { readonly kind: 'found'; readonly file: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly why: string };

/** `path` is relative to each of the roots; the first root that holds it decides. */
export async function locateExtension(path: string, roots: readonly (string | null)[]): Promise<Located> {
  for (const root of roots) {
    if (root === null) continue;
    const realRoot = await realpath(root).catch(() => null);
    if (realRoot === null) continue;
    const file = await realpath(joinPath(realRoot, path)).catch(() => null);
    if (file === null) continue;
    if (!file.startsWith(`${realRoot}${sep}`)) return { kind: 'refused', why: `${path} leads out of the folder that it stands in` };
    const found = await stat(file);
    if (!found.isFile()) return { kind: 'refused', why: `${path} is not a file` };
    if ((found.mode & 0o111) === 0) return { kind: 'refused', why: `${path} is not executable` };
    return { kind: 'found', file };
  }
  return { kind: 'none' };
}
