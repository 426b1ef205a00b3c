/** Runs `stratos` as people do: the launcher in a process of its own. */

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';

const root = path.join(import.meta.dirname, '..', '..');
const launcher = path.join(root, 'cli', 'launch.mjs');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves with what was printed on stdout so far, once it holds the text. */
  shows(text: string): Promise<string>;
  readonly ended: Promise<Ended>;
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export function start(args: readonly string[], options: CommandOptions = {}): Running {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: options.cwd ?? root, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH, HOME, ...options.environment },
  });
  let stdout = '';
  let stderr = '';
  const looking = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; for (const look of looking) look(); });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    process: child,
    ended,
    shows: (text) => new Promise((resolve, reject) => {
      const look = (): void => { if (stdout.includes(text)) resolve(stdout); };
      looking.add(look);
      look();
      void ended.then(() => reject(new Error(`it ended without ${JSON.stringify(text)}: ${stdout}${stderr}`)));
    }),
  };
}

export function stratos(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}
