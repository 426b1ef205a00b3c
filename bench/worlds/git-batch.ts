/** Git as a floor: its own readers, spawned for one question or kept for many. */

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

type Git = ChildProcessByStdio<Writable, Readable, null>;

function start(path: string, args: readonly string[]): Git {
  return spawn('git', ['--git-dir', path, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
}

async function end(git: Git): Promise<void> {
  const closed = once(git, 'close');
  git.stdin.end();
  git.stdout.resume();
  await closed;
}

/** Reads a stream by lines and by sizes. */
class Reader {
  readonly #stream: Readable;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  async line(): Promise<string> {
    let at = this.#held.indexOf(10);
    for (; at < 0; at = this.#held.indexOf(10)) await this.#more();
    return this.#take(at + 1).subarray(0, at).toString();
  }

  async bytes(count: number): Promise<Buffer> {
    while (this.#held.length < count) await this.#more();
    return this.#take(count);
  }

  #take(count: number): Buffer {
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  async #more(): Promise<void> {
    for (;;) {
      const chunk = this.#stream.read() as Buffer | null;
      if (chunk === null) {
        await once(this.#stream, 'readable');
        continue;
      }
      this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
      return;
    }
  }
}

/** Every file of a commit and its content, by two processes. */
export async function readFilesOf(path: string, commit: string): Promise<ReadonlyMap<string, Buffer>> {
  const listing = start(path, ['ls-tree', '-r', '-z', commit]);
  const chunks: Buffer[] = [];
  for await (const chunk of listing.stdout) chunks.push(chunk as Buffer);
  const entries = Buffer.concat(chunks).toString().split('\0').filter(Boolean).map((entry) => {
    const [meta = '', name = ''] = entry.split('\t');
    return { name, id: meta.split(' ')[2] ?? '' };
  });
  const reading = start(path, ['cat-file', '--batch', '--buffer']);
  const reader = new Reader(reading.stdout);
  const files = new Map<string, Buffer>();
  reading.stdin.end(entries.map(({ id }) => `${id}\n`).join(''));
  for (const { name } of entries) files.set(name, await blob(reader));
  return files;
}

async function blob(reader: Reader): Promise<Buffer> {
  const size = Number((await reader.line()).split(' ')[2]);
  return (await reader.bytes(size + 1)).subarray(0, size);
}

/** The contents of the files that a commit has changed, by two processes that end. */
export async function changedFiles(path: string, commit: string): Promise<readonly Buffer[]> {
  const diff = start(path, ['diff-tree', '-r', '--no-commit-id', commit]);
  const chunks: Buffer[] = [];
  for await (const chunk of diff.stdout) chunks.push(chunk as Buffer);
  const ids = Buffer.concat(chunks).toString().trim().split('\n').map((line) => line.split(' ')[3] ?? '');
  const reading = start(path, ['cat-file', '--batch', '--buffer']);
  const reader = new Reader(reading.stdout);
  reading.stdin.end(`${ids.join('\n')}\n`);
  return Promise.all(ids.map(() => blob(reader)));
}

export interface KeptGit {
  /** The content of the one file that a commit has changed. */
  changedFile(commit: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** The same by two processes that stay. */
export function keepGit(path: string): KeptGit {
  const diff = start(path, ['diff-tree', '--stdin', '-r']);
  const reading = start(path, ['cat-file', '--batch']);
  const [lines, blobs] = [new Reader(diff.stdout), new Reader(reading.stdout)];
  return {
    async changedFile(commit) {
      diff.stdin.write(`${commit}\n`);
      let line = await lines.line();
      while (!line.startsWith(':')) line = await lines.line();
      reading.stdin.write(`${line.split(' ')[3] ?? ''}\n`);
      return blob(blobs);
    },
    close: async () => {
      await Promise.all([end(diff), end(reading)]);
    },
  };
}
