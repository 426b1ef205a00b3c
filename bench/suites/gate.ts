/**
 * A request to a member: through its agent's gate, and through the balancer's gate, the balancer and the member's gate, which
 * is the way of every request from outside. The floor asks the workload itself.
 */

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../reconciler/platform/identity.ts';
import { sized, type Benchmark, type Case, type Side, type World } from '../benchmark.ts';
import { endOf, startProgram, type Program } from '../worlds/child.ts';
import { loaded } from '../worlds/loaded.ts';

const balancerProgram = fileURLToPath(new URL('../../templates/images/load-balancer/balancer.ts', import.meta.url));

export const gate: Benchmark = {
  name: 'gate',
  about: 'requests through gate and balancer',
  cases: async (world) => ({ cases: [asking(world, 'one gate', oneGate), asking(world, 'gate, balancer, gate', wholeWay)], skipped: {} }),
};

type Way = (world: World, workloadPort: number) => Promise<{ readonly url: string; readonly end: () => Promise<unknown> }>;

function asking(world: World, name: string, way: Way): Case {
  const requests = sized(world.scale, { tiny: 40, full: 2_000 });
  return {
    name, operation: 'request', operations: requests, process: 'kept',
    ours: () => serving(requests, (port) => way(world, port)),
    floors: { 'the bare workload': () => serving(requests, async (port) => ({ url: `http://127.0.0.1:${port}/`, end: async () => undefined })) },
  };
}

async function serving(requests: number, way: (port: number) => ReturnType<Way>): Promise<Side> {
  const workload = await startProgram('workload', {});
  const { url, end } = await way(Number(workload.first));
  return loaded(url, requests, async () => {
    await end();
    await workload.close();
  });
}

async function oneGate(_world: World, port: number): ReturnType<Way> {
  const gate = await startProgram('gate', { behind: port });
  return { url: urlOf(gate), end: () => gate.close() };
}

async function wholeWay(world: World, port: number): ReturnType<Way> {
  const member = await startProgram('gate', { behind: port });
  const folder = await mkdtemp(join(world.folder, 'balancer-'));
  const peersFile = join(folder, 'peers.json');
  const endpoint = { protocol: 'http', host: '127.0.0.1', port: Number(member.first) };
  writeFileSync(peersFile, JSON.stringify({ peers: [{ member: 'web-0', endpoints: { http: endpoint }, commits: {} }] }));
  const balancerPort = (await freePort(0)) ?? 0;
  const balancer = spawn(process.execPath, [balancerProgram, String(balancerPort), peersFile, folder, ''], { stdio: ['ignore', 'ignore', 'inherit'] });
  await listening(balancerPort);
  const front = await startProgram('gate', { behind: balancerPort });
  return { url: urlOf(front), end: () => Promise.all([front.close(), endOf(balancer), member.close()]) };
}

const urlOf = (gate: Program): string => `http://127.0.0.1:${String(gate.first)}/`;

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const found = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port }, () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
    if (found) return;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  throw new Error('the balancer does not listen');
}
