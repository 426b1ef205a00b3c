/** Runs an extension: a program of the artifact or image that is asked to do one thing and says by its exit code whether it did. */

import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { pause, type Clock } from '../../clock.ts';
import { markVariable } from '../../environment.ts';
import { killMarked } from '../workload/processes.ts';
import { Tail } from './output.ts';

export interface ExtensionRun {
  readonly name: string;
  readonly file: string;
  readonly cwd: string;
  /** All of it: nothing is inherited. It carries a mark of its own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly log: Writable;
}

const lastWordsMs = 200;

/** Null when it exited with 0, else what it said and how it ended. What it left running at a time-out is killed. Never rejects. */
export async function runExtension(run: ExtensionRun, clock: Clock, signal?: AbortSignal): Promise<string | null> {
  const tail = new Tail();
  const mark = run.environment[markVariable] ?? '';
  let ending: string | null = null;
  const child = spawn(run.file, [], { cwd: run.cwd, env: { ...run.environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => tail.add(chunk)).pipe(run.log, { end: false });
  }
  const closed = new Promise((resolve) => child.once('close', resolve));
  const kill = (why: string): void => {
    ending ??= why;
    child.kill('SIGKILL');
    void killMarked(mark);
  };
  const cancel = clock.after(run.timeoutMs, () => kill(`did not end within ${Math.round(run.timeoutMs)} ms`));
  const onAbort = (): void => kill('was given up');
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  const exit = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, killedBy) => resolve(code === 0 ? null : killedBy === null ? `exited with ${code}` : `was ended by ${killedBy}`));
  });
  cancel();
  signal?.removeEventListener('abort', onAbort);
  if (exit === null && ending === null) return null;
  // What it said last may still be in the pipe; what it left running may keep the pipe open.
  await Promise.race([closed, pause(clock, lastWordsMs)]);
  const said = tail.lastLines();
  return `extension ${run.name} ${ending ?? exit}${said === '' ? '' : `: ${said}`}`;
}
