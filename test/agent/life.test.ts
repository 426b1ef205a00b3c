import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../agent/operations/ports.ts';
import { systemClock } from '../../agent/clock.ts';
import { gaveUpExitCode } from '../../agent/operations/drain/drain.ts';
import { findMarked } from '../../agent/operations/workload/processes.ts';
import { defaultSettings, RequestLoop, type TestMember } from './member.ts';
import { useRoom } from './room.ts';
import { webServer } from './workloads.ts';

const room = useRoom();

/** One that has ended and that nobody has asked about yet is not alive. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !status.includes(') Z ');
}

async function killWorkload(member: TestMember): Promise<number> {
  const pid = Number(await member.text('/pid'));
  process.kill(pid, 'SIGKILL');
  return pid;
}

/** Kills the workload and resolves when another one answers. */
async function replaceWorkload(member: TestMember): Promise<void> {
  const before = await killWorkload(member);
  while (Number(await member.text('/pid')) === before);
}

describe('a workload that dies', () => {
  it('is restarted, three times in a row; requests wait for it', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    for (let time = 0; time < 3; time += 1) {
      await replaceWorkload(member);
      expect(await member.text()).toBe('one');
      const report = await member.until((said) => said.serving === 'yes');
      expect(report.status).toBe('active');
    }
  });

  it('loses no repeatable request', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const loop = new RequestLoop(member.url);
    await replaceWorkload(member);
    await loop.stop();
    expect(loop.failures).toEqual([]);
  });

  it('too often ends the agent with a code of its own', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    for (let time = 0; time < 3; time += 1) await replaceWorkload(member);
    await killWorkload(member);
    expect(await member.untilEnded()).toBe(gaveUpExitCode);
    expect(member.last?.remark).toContain('failed 4 times within a minute');
  });

  it('in its health only is restarted too', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const before = await member.text('/pid');
    await member.text('/sicken');
    const report = await member.until((said) => said.serving === 'no(unhealthy)');
    expect(report.remark).toContain('/healthz answered 500');
    await member.until((said) => said.serving === 'yes');
    expect(await member.text('/pid')).not.toBe(before);
  });
});

describe('a bundle that does not come', () => {
  it('keeps the workload from nothing: it is healed meanwhile', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    room.bundles.delayMs = 3000;
    await member.assign({ artifacts: [await room.bundles.add('2', webServer('two'))] });
    await member.until((report) => report.remark.includes('fetching'));
    await replaceWorkload(member);
    expect(await member.text()).toBe('one');
    await member.until((report) => report.artifacts[0]?.commit.startsWith('2') === true);
  });

  it('is said, and tried again until it does', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    await member.assign({ artifacts: [{ ...one, url: 'nowhere' }] });
    const report = await member.until((said) => said.remark.includes('fetching commit 1111111111'));
    expect(report.refused).toEqual([]);
    await member.apply({ artifacts: [one] });
  });

  it('is not fetched from elsewhere', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    await member.assign({ artifacts: [{ ...one, url: 'http://192.0.2.1/bundle' }] });
    const report = await member.until((said) => said.remark.includes('leads away from'));
    expect(report.applied).toBeNull();
  });
});

describe('draining', () => {
  it('answers what comes, waits until it is quiet, and says so', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    await member.apply({ artifacts: [one] });
    const slow = member.text('/slow?600');
    await member.assign({ artifacts: [one], duty: 'drain' });
    const draining = await member.until((report) => report.status === 'in-maintenance');
    expect(draining.serving).toBe('no(draining)');
    expect(await member.text()).toBe('one');
    expect(await slow).toBe('one');
    const report = await member.until((said) => said.status === 'ready-to-shut-down');
    expect(report.health.requestsInFlight).toBe(0);
    await member.until((said) => said.applied?.counter === said.seen?.counter);
    expect(await member.text()).toBe('one');
  });

  it('ends at its deadline when something does not end', async () => {
    const member = await room.start({ settings: { timeouts: { ...defaultSettings.timeouts, drainMs: 600 } } });
    const one = await room.bundles.add('1', webServer('one'));
    await member.apply({ artifacts: [one] });
    const slow = member.text('/slow?20000').catch(() => 'cut');
    await member.until((report) => report.health.requestsInFlight === 1);
    await member.assign({ artifacts: [one], duty: 'drain' });
    await member.until((said) => said.status === 'ready-to-shut-down');
    member.stop();
    expect(await member.untilEnded()).toBe(0);
    expect(await slow).not.toBe('one');
  });

  it('stays drained over a restart of the agent', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    await member.apply({ artifacts: [one] });
    await member.apply({ artifacts: [one], duty: 'drain' });
    const state = await readFile(`${member.directory}/state.json`, 'utf8');
    member.stop();
    await member.untilEnded();
    // As a crash would have left it.
    await writeFile(`${member.directory}/state.json`, state);
    await member.launch();
    const report = await member.until((said) => said.boots === 2);
    expect(report).toMatchObject({ status: 'ready-to-shut-down', serving: 'no(draining)' });
    expect(await findMarked(`${member.mark}2`)).toEqual([]);
  });
});

describe('an agent that is asked to end', () => {
  it('ends its workload gracefully, says that it has terminated, and leaves nothing', async () => {
    const member = await room.start({ settings: { extensions: { clean: 'bin/clean' } } });
    const files = webServer('one', { 'bin/clean': '#!/bin/sh\necho cleaned > "$STRATOS_RUN_DIR/cleaned"\n' });
    await member.apply({ artifacts: [await room.bundles.add('1', files)] });
    const pid = Number(await member.text('/pid'));
    const slow = member.text('/slow?400');
    member.stop();
    expect(await member.untilEnded()).toBe(0);
    expect(await slow).toBe('one');
    expect(member.last).toMatchObject({ status: 'terminated', serving: 'no(draining)' });
    expect(member.reports.some((report) => report.status === 'in-maintenance')).toBe(true);
    expect(await isAlive(pid)).toBe(false);
    expect(await readFile(`${member.directory}/run/cleaned`, 'utf8')).toBe('cleaned\n');
  });

  it('does not wait for a workload that is still starting', async () => {
    const member = await room.start({ settings: { timeouts: { ...defaultSettings.timeouts, startMs: 600_000 } } });
    await member.assign({ artifacts: [await room.bundles.add('1', { ...webServer('one'), 'server.mjs': 'setInterval(() => {}, 1000)' })] });
    await member.until((report) => report.remark.includes('starting the workload'));
    member.stop();
    expect(await member.untilEnded()).toBe(0);
    expect(await findMarked(member.mark)).toEqual([]);
  });

  it('also ends one that does not listen, with all its children', async () => {
    const member = await room.start({ settings: { timeouts: { ...defaultSettings.timeouts, drainMs: 500 } } });
    const stubborn = webServer('one', { 'bin/start': '#!/bin/sh\nnode -e "process.on(\'SIGTERM\', () => {}); require(\'fs\').writeFileSync(process.env.STRATOS_RUN_DIR + \'/child\', String(process.pid)); setInterval(() => {}, 1000)" &\nnode "$STRATOS_ARTIFACT_DIR/server.mjs"\n' });
    await member.apply({ artifacts: [await room.bundles.add('1', stubborn)] });
    const child = Number(await readFile(`${member.directory}/run/child`, 'utf8'));
    const server = Number(await member.text('/pid'));
    member.stop();
    expect(await member.untilEnded()).toBe(0);
    expect(await isAlive(child)).toBe(false);
    expect(await isAlive(server)).toBe(false);
  });
});

describe('what an agent keeps', () => {
  it('is its generation, ports, artifacts and last wish: it serves again without a broker, and refuses what is older', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    await member.assign({ artifacts: [one] }, { epoch: 4, counter: 7 });
    const before = await member.until((report) => report.applied?.epoch === 4);
    const state = JSON.parse(await readFile(`${member.directory}/state.json`, 'utf8'));
    expect((await stat(`${member.directory}/state.json`)).mode & 0o777).toBe(0o600);
    expect(state).toMatchObject({ boots: 1, status: 'active', applied: { epoch: 4, counter: 7 } });
    member.stop();
    await member.untilEnded();
    // As a crash would have left it.
    await writeFile(`${member.directory}/state.json`, JSON.stringify(state));
    member.memory.broker('memory://test').stop('nothing');
    await member.launch();
    member.memory.broker('memory://test').start();
    const report = await member.until((said) => said.boots === 2 && said.serving === 'yes');
    expect(report).toMatchObject({ seen: { epoch: 4, counter: 7 }, applied: { epoch: 4, counter: 7 }, endpoints: before.endpoints });
    expect(member.reports.find((said) => said.boots === 2)?.hello).toBe(true);
    expect(await member.text()).toBe('one');

    await member.assign({ artifacts: [] }, { epoch: 4, counter: 6 });
    await member.assign({ artifacts: [] }, { epoch: 3, counter: 9 });
    const refused = await member.until((said) => said.remark.includes('older-generation 2'));
    expect(refused).toMatchObject({ seen: { epoch: 4, counter: 7 }, artifacts: [{ commit: one.commit }] });
  });

  it('serves on while the broker is away', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    member.memory.broker('memory://test').stop();
    await killWorkload(member);
    expect(await member.text()).toBe('one');
    const heard = member.reports.length;
    member.memory.broker('memory://test').start();
    await member.until((report) => member.reports.length > heard && report.serving === 'yes');
  });

  it('refuses garbage, foreign signatures and other members, counts them, and lives', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    const good = await member.assign({ artifacts: [one] });
    await member.until((report) => report.serving === 'yes');
    await member.send(Buffer.from('not json'));
    const sealed = JSON.parse(Buffer.from(member.seal({ ...good, generation: { epoch: 1, counter: 99 } })).toString());
    await member.send(Buffer.from(JSON.stringify({ ...sealed, generation: 100 })));
    await member.send(Buffer.from(JSON.stringify({ ...sealed, subject: 'other' })));
    const report = await member.until((said) => said.remark.includes('garbage 1') && said.remark.includes('bad-signature 1') && said.remark.includes('wrong-member 1'));
    expect(report).toMatchObject({ seen: good.generation, serving: 'yes' });
  });
});

describe('a fixed port', () => {
  it('that is taken is a remark and is tried again', async () => {
    const port = await freePort(systemClock);
    const other = createServer().listen({ port, host: '127.0.0.1' });
    const member = await room.start({ settings: { properties: { hostPorts: { http: port } } } });
    const taken = await member.until((report) => report.remark.includes('EADDRINUSE'));
    expect(taken.endpoints).toEqual([]);
    await new Promise((resolve) => {
      other.close(resolve);
    });
    const report = await member.until((said) => said.endpoints.length > 0);
    expect(report.endpoints).toMatchObject([{ port: 'http', protocol: 'http', host: '127.0.0.1', number: port, url: `http://127.0.0.1:${port}` }]);
  });

  it('is handed to a successor without a failed request', async () => {
    const port = await freePort(systemClock);
    const settings = { properties: { hostPorts: { http: port } } };
    const [old, successor] = [await room.start({ settings }), await room.start({ settings })];
    const artifact = await room.bundles.add('1', webServer('old'));
    await old.apply({ artifacts: [artifact] });
    await successor.apply({ artifacts: [await room.bundles.add('2', webServer('new'))] });
    const loop = new RequestLoop(`http://127.0.0.1:${port}/`, 2);
    await old.apply({ artifacts: [artifact], duty: 'drain' });
    old.stop();
    await old.untilEnded();
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect(loop.answers).toContain('new');
  });
});
