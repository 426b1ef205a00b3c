/**
 * The versions of an artifact on disk: `artifacts/<repository>/<hex of the digest>`, and beside them the link `current`
 * to the one in force. A version's folder is there whole or not at all; the link is replaced in one step.
 */

import { readdir, rename, rm, symlink } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { digest, type Digest } from '../../../schemas/ids.ts';
import type { ReportedArtifact } from '../../../schemas/messages/report.ts';

export function repositoryDirectory(artifacts: string, artifact: { readonly repository: string }): string {
  return joinPath(artifacts, artifact.repository);
}

export function currentLink(artifacts: string, artifact: { readonly repository: string }): string {
  return joinPath(repositoryDirectory(artifacts, artifact), 'current');
}

export function versionDirectory(artifacts: string, artifact: Pick<ReportedArtifact, 'repository' | 'digest'>): string {
  return joinPath(repositoryDirectory(artifacts, artifact), hexOf(artifact.digest));
}

/** Makes these versions the current ones. */
export async function switchTo(artifacts: string, versions: readonly ReportedArtifact[]): Promise<void> {
  for (const version of versions) {
    const link = currentLink(artifacts, version);
    await rm(`${link}.new`, { force: true });
    await symlink(hexOf(version.digest), `${link}.new`);
    await rename(`${link}.new`, link);
  }
}

/** The versions that stand on the disk. */
export async function versionsOnDisk(artifacts: string): Promise<ReadonlySet<Digest>> {
  const found = new Set<Digest>();
  for (const repository of await readdir(artifacts).catch(() => [])) {
    for (const name of await readdir(joinPath(artifacts, repository)).catch(() => [])) {
      if (/^[0-9a-f]{64}$/.test(name)) found.add(digest(`sha256:${name}`));
    }
  }
  return found;
}

function hexOf(of: Digest): string {
  return of.slice('sha256:'.length);
}
