/**
 * Running git once. Invariants: arguments are a list, never a shell line of ours; a run ends within its time, with its
 * whole process group; what it prints is bounded.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { GitFailure } from '../../contracts/git.ts';
import type { NativeGit } from './detect.ts';

export interface GitRun {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: Buffer;
  /** The last part of it. */
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment: Record<string, string>;
  readonly timeoutMs: number;
  readonly stdoutBytesMax: number;
  readonly input?: string;
  /** The largest file that the run may write; the system ends it there. */
  readonly fileBytesMax?: number;
}

/** What a lock file needs: git removes its own on SIGTERM, and cannot on SIGKILL. */
const graceMs = 2_000;
const stderrCharactersMax = 16 * 1024;

/** @throws GitFailure `unreachable` when the time is over, `too-large` when it printed too much. Exit codes are the caller's. */
export function runGit(git: NativeGit, args: readonly string[], options: RunOptions): Promise<GitRun> {
  return new Promise((resolve, reject) => {
    const child = start(git, args, options);
    const stdout: Buffer[] = [];
    let stdoutBytes = 0;
    let stderr = '';
    let failure: GitFailure | null = null;
    const stop = (why: GitFailure): void => {
      failure ??= why;
      void endGroup(child);
    };
    const timer = setTimeout(() => stop(new GitFailure('unreachable', `git ${args[0] ?? ''} took longer than ${options.timeoutMs} ms`)), options.timeoutMs);
    child.stdout?.on('data', (chunk: Buffer) => {
      stdoutBytes += chunk.length;
      if (stdoutBytes > options.stdoutBytesMax) stop(new GitFailure('too-large', `git ${args[0] ?? ''} printed more than ${options.stdoutBytesMax} bytes`));
      else stdout.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-stderrCharactersMax);
    });
    // A child that ends early closes its standard input; its exit code tells why.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(new GitFailure('unreachable', 'git could not be started', { cause }));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (failure) reject(failure);
      else resolve({ code, stdout: Buffer.concat(stdout), stderr });
    });
  });
}

function start(git: NativeGit, args: readonly string[], options: RunOptions): ChildProcess {
  const settings = { env: options.environment, cwd: '/', detached: true, stdio: 'pipe' } as const;
  if (options.fileBytesMax === undefined) return spawn(git.program, args, settings);
  const blocks = String(Math.ceil(options.fileBytesMax / 512));
  return spawn('/bin/sh', ['-c', 'ulimit -f "$1"; shift; exec "$@"', 'sh', blocks, git.program, ...args], settings);
}

/** Ends a child that leads its own process group, with all that it started; resolves when it is gone. */
export async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    signalGroup(pid, 'SIGTERM');
  });
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Gone already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
