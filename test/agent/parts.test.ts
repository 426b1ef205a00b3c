/** The parts that need no running agent. */

import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../schemas/digest.ts';
import { memberId, objectId, repositoryId } from '../../schemas/ids.ts';
import type { Assignment, Peer } from '../../schemas/messages/assignment.ts';
import { importedValues, wantedEnvironment } from '../../agent/environment.ts';
import { fold, type Mind } from '../../agent/fold.ts';
import { fixedHostPort, spkiOf } from '../../agent/join.ts';
import { locateExtension } from '../../agent/operations/extensions/locate.ts';
import { oneLine, Tail } from '../../agent/operations/extensions/output.ts';
import { switchTo, versionsOnDisk } from '../../agent/operations/swap/versions.ts';
import { LogFile } from '../../agent/operations/workload/log-file.ts';
import { freshState, readState, refusedMax, withRefusal, writeState, type Refusal } from '../../agent/state.ts';
import { createIdentity } from '../../agent/transports/keys.ts';
import { defaultSettings } from './member.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(joinPath(tmpdir(), 'stratos-parts-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const wish: Assignment = {
  generation: { epoch: 1, counter: 1 }, artifacts: [], peers: [], imports: {}, environment: {}, duty: 'serve',
  timeouts: { drainMs: 1, startMs: 1, extensionMs: 1 },
};

function refusal(digit: string): Refusal {
  return { repository: repositoryId('r'), commit: objectId(digit.repeat(40)), digest: digestOf(digit), reason: 'no', generation: wish.generation };
}

describe('the state', () => {
  it('is fresh when there is none, and comes back as it was written', async () => {
    expect(await readState(directory)).toEqual(freshState);
    const state = { ...freshState, boots: 3, status: 'active', wanted: wish, refused: [refusal('1')] } as const;
    await writeState(directory, state);
    expect(await readState(directory)).toEqual(state);
  });

  it('that can not be read is an error: an agent that forgot its generation must not run', async () => {
    await writeFile(joinPath(directory, 'state.json'), '{"boots": 1');
    await expect(readState(directory)).rejects.toThrow('JSON');
    await writeFile(joinPath(directory, 'state.json'), '[]');
    await expect(readState(directory)).rejects.toThrow('not an agent state');
  });

  it('remembers a bounded number of refusals, one per bundle', () => {
    let refused: readonly Refusal[] = [];
    for (let index = 0; index < 40; index += 1) refused = withRefusal(refused, { ...refusal('1'), commit: objectId(index.toString(16).padStart(40, '0')) });
    expect(refused).toHaveLength(refusedMax);
    expect(refused.at(-1)?.commit).toBe((39).toString(16).padStart(40, '0'));
    expect(withRefusal(refused, { ...refused[3], reason: 'again' } as Refusal)).toHaveLength(refusedMax);
  });
});

describe('folding an outcome', () => {
  const mind: Mind = { state: { ...freshState, status: 'active', wanted: wish }, facts: { running: null, peersTold: null, onDisk: new Set(), drainDeadlineMs: null }, attempts: new Map() };
  const now = { ms: 1000, jitter: 0.5 };

  it('waits longer after each failure, up to a bound, and forgets them with a success', () => {
    let next = mind;
    const waits: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      next = fold(next, { kind: 'tell-peers' }, { kind: 'again', why: 'no\nluck' }, now);
      waits.push((next.attempts.get('tell-peers')?.notBeforeMs ?? 0) - now.ms);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(next.attempts.get('tell-peers')).toMatchObject({ times: 8, why: 'no luck' });
    expect(fold(next, { kind: 'tell-peers' }, { kind: 'done' }, now).attempts.size).toBe(0);
  });

  it('never takes the status back', () => {
    expect(fold(mind, { kind: 'open-ports' }, { kind: 'done', status: 'initialized' }, now).state.status).toBe('active');
  });

  it('remembers for which assignment something was refused', () => {
    const { repository, commit, digest } = refusal('2');
    const { state } = fold(mind, { kind: 'swap', artifacts: [] }, { kind: 'refused', artifacts: [{ repository, commit, digest }], reason: 'x'.repeat(600) }, now);
    expect(state.refused).toMatchObject([{ commit, generation: wish.generation }]);
    expect(state.refused[0]?.reason).toHaveLength(500);
  });
});

describe('the environment', () => {
  const imports = { API_URL: { cluster: 'api', key: 'url' }, DB: { cluster: 'store', key: 'database' } };
  const store: Peer = { member: memberId('store-0'), cluster: 'store', endpoints: {}, metadata: { database: 'shop' }, commits: {} };

  it('is not known before the outlets are open', () => {
    expect(wantedEnvironment({ ...wish, imports }, {}, {})).toBeNull();
  });

  it('does not depend on the peers behind an address', () => {
    const addresses = { API_URL: 'http://127.0.0.1:1' };
    const one = wantedEnvironment({ ...wish, imports, peers: [] }, addresses, { DB: 'shop' });
    const other = wantedEnvironment({ ...wish, imports, peers: [store] }, addresses, { DB: 'shop' });
    expect(one?.digest).toBe(other?.digest);
    expect(one?.variables).toEqual({ API_URL: 'http://127.0.0.1:1', DB: 'shop' });
  });

  it('keeps a value that nobody publishes any more, and drops one that nobody imports', () => {
    expect(importedValues({ ...wish, imports, peers: [store] }, {})).toEqual({ DB: 'shop' });
    expect(importedValues({ ...wish, imports }, { DB: 'shop', OLD: 'x' })).toEqual({ DB: 'shop' });
  });
});

describe('a program of artifact or image', () => {
  it('is found in the first that has it, must be executable, and never stands outside', async () => {
    const [artifact, image] = [joinPath(directory, 'artifact'), joinPath(directory, 'image')];
    for (const root of [artifact, image]) await mkdir(root);
    await writeFile(joinPath(image, 'start'), '', { mode: 0o755 });
    expect(await locateExtension('start', [null, artifact, image])).toEqual({ kind: 'found', file: joinPath(image, 'start') });
    await writeFile(joinPath(artifact, 'start'), '', { mode: 0o644 });
    expect(await locateExtension('start', [artifact, image])).toMatchObject({ kind: 'refused', why: 'start is not executable' });
    await chmod(joinPath(artifact, 'start'), 0o755);
    expect(await locateExtension('start', [artifact, image])).toEqual({ kind: 'found', file: joinPath(artifact, 'start') });
    await symlink('/bin/sh', joinPath(artifact, 'shell'));
    expect(await locateExtension('shell', [artifact])).toMatchObject({ kind: 'refused' });
    expect(await locateExtension('../image/start', [artifact])).toMatchObject({ kind: 'refused' });
    expect(await locateExtension('missing', [artifact, image])).toEqual({ kind: 'none' });
  });
});

describe('what a program wrote', () => {
  it('is one line without colours and control characters', () => {
    expect(oneLine('a\u001b[31mred\u001b[0m\u0000\u202eb\r\n\tc')).toBe('ared b c');
    expect(oneLine('x'.repeat(501))).toHaveLength(500);
  });

  it('is kept from its end', () => {
    const tail = new Tail(20);
    for (let line = 0; line < 100; line += 1) tail.add(Buffer.from(`line ${line}\n`));
    expect(tail.lastLines()).toMatch(/line 98 \| line 99$/);
    expect(tail.lastLines(6)).toBe('…ne 99');
  });

  it('fills files of a bounded size', async () => {
    const path = joinPath(directory, 'out.log');
    const log = new LogFile(path, 100);
    for (let line = 0; line < 50; line += 1) log.write(`line ${String(line).padStart(3, '0')}\n`);
    log.end();
    await once(log, 'finish');
    expect((await stat(path)).size).toBeLessThanOrEqual(100);
    expect((await stat(`${path}.1`)).size).toBeLessThanOrEqual(100);
    expect(await readFile(path, 'utf8')).toContain('line 049');
  });
});

it('versions are switched by a link', async () => {
  const artifact = { repository: repositoryId('r'), commit: objectId('1'.repeat(40)), digest: digestOf('1') };
  await mkdir(joinPath(directory, 'r', artifact.digest.slice(7)), { recursive: true });
  await writeFile(joinPath(directory, 'r', artifact.digest.slice(7), 'file'), 'content');
  expect([...await versionsOnDisk(directory)]).toEqual([artifact.digest]);
  await switchTo(directory, [artifact]);
  await switchTo(directory, [artifact]);
  expect(await readFile(joinPath(directory, 'r', 'current', 'file'), 'utf8')).toBe('content');
});

it('a fixed host port must be a port', () => {
  const settings = (hostPorts: unknown) => ({ ...defaultSettings, properties: { hostPorts } });
  expect(fixedHostPort(settings({ http: 8088 }), 'http')).toBe(8088);
  for (const wrong of [null, {}, { http: 0 }, { http: 70_000 }, { http: 'x' }, 'x']) expect(fixedHostPort(settings(wrong), 'http')).toBeNull();
});

it('a raw public key and an SPKI one are the same key', () => {
  const spki = createIdentity().verifyingKey.export({ type: 'spki', format: 'der' });
  expect(spkiOf(spki.subarray(-32).toString('base64url'))).toBe(spki.toString('base64url'));
  expect(spkiOf(spki.toString('base64url'))).toBe(spki.toString('base64url'));
});
