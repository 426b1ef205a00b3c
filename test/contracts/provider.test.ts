import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { joinOf, launchOf } from '../fixtures/launches.ts';
import { LocalMachine } from '../fixtures/local-machine.ts';
import { providerContract } from './provider.ts';

const seesProcesses = existsSync('/proc/self/environ');

describe.skipIf(!seesProcesses)('local provider [needs: Linux with /proc]', () => {
  providerContract('processes of this machine', () => {
    const machine = new LocalMachine();
    return {
      provider: machine.provider(),
      installation: machine.installation,
      launch: (name) => launchOf(name),
      join: (launch) => joinOf(launch, machine.installation),
      again: () => machine.provider(),
      lives: (name) => machine.starts(name),
      up: async (name) => void await machine.up(name),
      kill: (name) => process.kill(machine.agentOf(name), 'SIGKILL'),
      left: () => [
        ...machine.processes().map(({ pid }) => `process ${pid}`),
        ...['members', 'records', 'trash'].flatMap((folder) => readdirSync(join(machine.data, folder))),
      ],
      dispose: () => machine.dispose(),
    };
  });
});
