/** The runner's end of one side: starts its process, asks for rounds, ends it. */

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Round, SideMessage, SideOrder } from './side.ts';

const program = fileURLToPath(new URL('side.ts', import.meta.url));
const closeMs = 20_000;
/** Where this process keeps compiled modules: the sides load the same ones over and over. */
const compiled = getCompileCacheDir();

export class SideProcess {
  readonly #child: ChildProcess;
  readonly #limitMs: number;

  private constructor(child: ChildProcess, limitMs: number) {
    this.#child = child;
    this.#limitMs = limitMs;
  }

  /** Resolves when the side is set up. @throws Error with what the side said when it cannot be. */
  static async start(order: SideOrder, limitMs: number): Promise<SideProcess> {
    const child = fork(program, [JSON.stringify(order)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }) },
    });
    const side = new SideProcess(child, limitMs);
    await side.#answer().catch(async (error: unknown) => {
      await side.close();
      throw error;
    });
    return side;
  }

  async round(): Promise<Round> {
    const answering = this.#answer();
    this.#child.send('round');
    const answer = await answering;
    if (!('round' in answer)) throw new Error('a side answered something else than a round');
    return answer.round;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.send('close');
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), closeMs);
    await exited;
    clearTimeout(kill);
  }

  async #answer(): Promise<SideMessage> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#limitMs);
    try {
      const message = await Promise.race([
        once(this.#child, 'message', { signal: late.signal }).then(([received]) => received as SideMessage),
        once(this.#child, 'exit', { signal: late.signal }).then(([code, signal]) => ({ failed: `it ended with ${String(code ?? signal)}` })),
      ]);
      if ('failed' in message) throw new Error(message.failed);
      return message;
    } catch (error) {
      if (!late.signal.aborted) throw error;
      this.#child.kill('SIGKILL');
      throw new Error(`it took longer than ${this.#limitMs / 1000} s`, { cause: error });
    } finally {
      clearTimeout(timer);
      late.abort();
    }
  }
}
