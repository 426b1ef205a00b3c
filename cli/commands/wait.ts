/** `stratos wait`: returns when an application has the status that is waited for. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Application } from '../../schemas/api/bodies.generated.ts';
import type { Api } from '../api.ts';
import { exitCodes, Failure } from '../exit.ts';
import { online, type OnlineOptions } from '../online.ts';
import { show } from '../output.ts';

export interface WaitOptions extends OnlineOptions {
  readonly application: string;
  readonly for: string;
  readonly timeout: number;
}

const askEveryMs = 1_000;

/** @throws Failure with exit code 1 when the time is over */
export async function waitFor(options: WaitOptions): Promise<void> {
  const { api, terminal } = online(options);
  const deadline = AbortSignal.timeout(options.timeout * 1000);
  let seen: Application | null = null;
  while (!deadline.aborted) {
    seen = await ask(api, options.application);
    if (seen?.status === options.for) {
      return show(terminal, options.output, {
        body: seen,
        text: ({ name, status, members }) => `${name} is ${status} with ${members.active}/${members.wanted} members`,
        names: ({ name }) => [name],
      });
    }
    await pause(askEveryMs, undefined, { signal: deadline }).catch(() => undefined);
  }
  const state = seen === null ? 'it is not there' : `it is ${seen.status} with ${seen.members.active}/${seen.members.wanted} members`;
  throw new Failure(exitCodes.notGood, `${options.application} did not become ${options.for} within ${options.timeout} s: ${state}`, [
    `stratos explain ${options.application} says why not.`,
  ]);
}

/** Null: there is no such application yet, or the platform is just starting. */
async function ask(api: Api, name: string): Promise<Application | null> {
  try {
    return (await api.get<Application>(`applications/${encodeURIComponent(name)}`)).body;
  } catch (error) {
    if (error instanceof Failure && error.exitCode === exitCodes.notFound) return null;
    throw error;
  }
}
