/** Artifact bundles: packed from a Git tree, and checked out by an agent. The floors are `git archive | gzip` and `tar -xz`. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkout } from '../../agent/operations/checkout/index.ts';
import { packBundle, type PackedBundle } from '../../reconciler/artifacts/bundle.ts';
import type { GitRepository } from '../../reconciler/contracts/git.ts';
import { createGitStores } from '../../reconciler/git/index.ts';
import { bundleLimits } from '../../schemas/messages/bundle.ts';
import { sized, type Benchmark, type Case, type Side, type World } from '../benchmark.ts';
import { artifactPath, writeArtifact } from '../worlds/artifact.ts';

const sizeOf = ({ scale }: World): { files: number; bytes: number } =>
  ({ files: sized(scale, { tiny: 10, full: 1_000 }), bytes: sized(scale, { tiny: 20_000, full: 20_000_000 }) });

const bundleFile = (folder: string): string => join(folder, 'bundle.tar.gz');
const packedFile = (folder: string): string => join(folder, 'packed.json');

export const bundle: Benchmark = {
  name: 'bundle',
  about: 'artifact bundles, packed and checked out',
  async prepare(world) {
    const { files, bytes } = sizeOf(world);
    writeArtifact(world.folder, files, bytes);
    const repository = await openRepository(world.folder);
    writeFileSync(packedFile(world.folder), JSON.stringify(await packInto(repository, bundleFile(world.folder))));
    await repository.close();
  },
  cases: async (world) => ({ cases: [packing(world), checkingOut(world)], skipped: {} }),
};

function packing({ folder, ...world }: World): Case {
  const { files, bytes } = sizeOf({ folder, ...world });
  return {
    name: `pack ${files} files of ${bytes / 1e6} MB`, operation: 'file', operations: files, process: 'kept',
    async ours() {
      const repository = await openRepository(folder);
      return { round: async () => void (await packInto(repository, join(folder, 'ours.tar.gz'))), close: () => repository.close() };
    },
    floors: {
      'git archive | gzip -6': () => ({
        async round() {
          const archive = spawn('git', ['--git-dir', artifactPath(folder), 'archive', '--format=tar', 'main'], { stdio: ['ignore', 'pipe', 'ignore'] });
          const gzip = spawn('gzip', ['-6'], { stdio: ['pipe', 'pipe', 'ignore'] });
          await Promise.all([pipeline(archive.stdout, gzip.stdin), pipeline(gzip.stdout, createWriteStream(join(folder, 'floor.tar.gz')))]);
        },
      }),
    },
  };
}

function checkingOut({ folder, ...world }: World): Case {
  const { files } = sizeOf({ folder, ...world });
  const fresh = (name: string): string => {
    const into = join(folder, name);
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into);
    return into;
  };
  return {
    name: `check out ${files} files`, operation: 'file', operations: files, process: 'kept',
    ours: () => checkingOutOurs(folder, () => fresh('ours')),
    floors: {
      'tar -xz from a file': () => {
        let into = '';
        return {
          before: () => { into = fresh('floor'); },
          async round() {
            const [code] = await once(spawn('tar', ['-xzf', bundleFile(folder), '-C', into], { stdio: 'ignore' }), 'exit') as [number | null];
            if (code !== 0) throw new Error(`tar ended with ${code}`);
          },
        };
      },
    },
  };
}

/** Fetches over the loopback, checks the digest, unpacks, puts in place. */
async function checkingOutOurs(folder: string, fresh: () => string): Promise<Side> {
  const { digest, bytes } = JSON.parse(readFileSync(packedFile(folder), 'utf8')) as PackedBundle;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/gzip', 'content-length': statSync(bundleFile(folder)).size });
    createReadStream(bundleFile(folder)).pipe(response);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let into = '';
  return {
    before: () => { into = fresh(); },
    async round() {
      const result = await checkout({ url, digest, bytes, into, signal: new AbortController().signal, fetchTimeoutMs: 60_000 });
      if (result.kind !== 'done') throw new Error(JSON.stringify(result));
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function openRepository(folder: string): Promise<GitRepository> {
  const { preferred } = await createGitStores({ searchPath: process.env['PATH'] ?? '', remotes: { loopback: 'allow' } });
  return preferred.open(artifactPath(folder), { blobBytes: 64 * 1024 * 1024, treeEntries: 100_000, fetchTimeoutMs: 30_000 });
}

async function packInto(repository: GitRepository, file: string): Promise<PackedBundle> {
  const { tree } = await repository.commit(await repository.resolve('main'));
  return packBundle({ repository, tree, limits: bundleLimits, sink: createWriteStream(file) });
}
