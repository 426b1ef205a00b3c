/** The extensions of this member: which program a name stands for, and running it in the member's environment. */

import { environmentOf, type Variables } from '../../environment.ts';
import type { Body } from '../operation.ts';
import { timeoutsOf } from '../operation.ts';
import { currentLink } from '../swap/versions.ts';
import { locateExtension, type Located } from './locate.ts';
import { runExtension } from './run.ts';

/** What the platform itself calls. `start` has a usual place and need not be named by the cartridge. */
export type ExtensionName = 'start' | 'stop' | 'clean' | 'artifactsUpdated' | 'peersUpdated';

/** The program of an extension: in the artifact, by default the one in force, else in the image. */
export function findExtension(body: Body, name: ExtensionName, artifact: string | null = artifactDirectory(body)): Promise<Located> {
  const path = body.join.launch.settings.extensions[name] ?? (name === 'start' ? 'bin/start' : undefined);
  if (path === undefined) return Promise.resolve({ kind: 'none' });
  return locateExtension(path, [artifact, body.join.imageDirectory]);
}

/** Where the artifact in force stands; null while there is none. Of several the first assigned is the workload's own. */
export function artifactDirectory(body: Body): string | null {
  const artifact = mainArtifact(body);
  return artifact === null ? null : currentLink(body.places.artifacts, artifact);
}

export function mainArtifact(body: Body): { readonly repository: string; readonly commit: string } | null {
  const { wanted, inForce } = body.state();
  return wanted?.artifacts[0] ?? inForce[0] ?? null;
}

/** Runs an extension if there is one. Null when it did its work or there is none; else what went wrong. */
export async function callExtension(
  body: Body, name: ExtensionName, of: { readonly variables: Variables; readonly ports: ReadonlyMap<string, number>; readonly commit: string | null }, signal?: AbortSignal,
): Promise<string | null> {
  const located = await findExtension(body, name);
  if (located.kind === 'none') return null;
  if (located.kind === 'refused') return `extension ${name}: ${located.why}`;
  const ports = [...of.ports].map(([portName, number]) => ({ name: portName, number }));
  const life = { mark: body.newMark(), ports, artifactDirectory: artifactDirectory(body), commit: of.commit };
  return runExtension({
    name, file: located.file, cwd: body.places.member,
    environment: environmentOf({ ...body, life }, of.variables),
    timeoutMs: timeoutsOf(body).extensionMs, log: body.extensionLog,
  }, body.clock, signal);
}
