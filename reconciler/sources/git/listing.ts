/**
 * The definition files of a commit. Trees are read once per id: a commit that changes one file opens the trees on the
 * way to it, and an unchanged one opens none.
 */

import type { ObjectId } from '../../../schemas/ids.ts';
import { GitFailure, type GitRepository } from '../../contracts/git.ts';
import type { SourceFile } from '../../contracts/source.ts';
import { isDefinitionFile, isHidden, type SourceLimits } from '../definition-file.ts';

interface Folder {
  readonly folders: readonly (readonly [name: string, tree: ObjectId])[];
  readonly files: readonly (readonly [name: string, file: SourceFile])[];
}

export class TreeListing {
  readonly #limits: SourceLimits;
  #known = new Map<ObjectId, Folder>();

  constructor(limits: SourceLimits) {
    this.#limits = limits;
  }

  /** All files below a tree, by path from the repository's root. @param keep Whether later listings will resemble this one. @throws GitFailure. */
  async list(repository: GitRepository, root: ObjectId, path: string, keep: boolean): Promise<ReadonlyMap<string, SourceFile>> {
    const files = new Map<string, SourceFile>();
    const used = new Map<ObjectId, Folder>();
    let level: (readonly [path: string, tree: ObjectId])[] = [[path, root]];
    for (let visited = level.length; level.length > 0; visited += level.length) {
      if (visited > this.#limits.folders) throw new GitFailure('too-large', `the source has more than ${this.#limits.folders} folders`);
      await this.#open(repository, level.map(([, tree]) => tree), used);
      const next: (readonly [string, ObjectId])[] = [];
      for (const [at, tree] of level) {
        const folder = used.get(tree) ?? { folders: [], files: [] };
        const prefix = at === '' ? '' : `${at}/`;
        for (const [name, file] of folder.files) files.set(prefix + name, file);
        for (const [name, child] of folder.folders) next.push([prefix + name, child]);
        if (files.size > this.#limits.files) throw new GitFailure('too-large', `the source has more than ${this.#limits.files} definition files`);
        if (next.length > this.#limits.folders) throw new GitFailure('too-large', `the source has more than ${this.#limits.folders} folders`);
      }
      level = next;
    }
    if (keep) this.#known = used;
    return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  forget(): void {
    this.#known = new Map();
  }

  async #open(repository: GitRepository, trees: readonly ObjectId[], used: Map<ObjectId, Folder>): Promise<void> {
    await Promise.all([...new Set(trees)].filter((tree) => !used.has(tree)).map(async (tree) => {
      used.set(tree, this.#known.get(tree) ?? await readFolder(repository, tree));
    }));
  }
}

async function readFolder(repository: GitRepository, tree: ObjectId): Promise<Folder> {
  const entries = (await repository.tree(tree)).filter(({ name }) => !isHidden(name));
  return {
    folders: entries.filter(({ kind }) => kind === 'tree').map(({ name, id }) => [name, id]),
    files: entries
      .filter(({ name, kind }) => kind !== 'tree' && kind !== 'submodule' && isDefinitionFile(name))
      .map(({ name, kind, id }) => [name, {
        blob: id, refusal: kind === 'symlink' ? { refused: 'symlink', message: 'symbolic links are not followed' } : null,
      }]),
  };
}
