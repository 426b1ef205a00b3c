/** Programs beside a side: each in its own process, ended when its side ends. */

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Program {
  readonly pid: number;
  /** What it said first. */
  readonly first: unknown;
  ask(question: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a program of `bench/programs/` and waits for its first word. */
export async function startProgram(name: string, argument: unknown): Promise<Program> {
  const child = fork(fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url)), [JSON.stringify(argument)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return { pid: child.pid ?? 0, first: await answer(child, name), ask: (question) => ask(child, name, question), close: () => endOf(child) };
}

async function ask(child: ChildProcess, name: string, question: unknown): Promise<unknown> {
  const answering = answer(child, name);
  child.send(question as object);
  return answering;
}

async function answer(child: ChildProcess, name: string): Promise<unknown> {
  const stop = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: stop.signal }).then(([message]) => message as unknown),
      once(child, 'exit', { signal: stop.signal }).then(() => Promise.reject(new Error(`${name} ended`))),
    ]);
  } finally {
    stop.abort();
  }
}

export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
