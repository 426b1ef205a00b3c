/** The launcher, in a small repository of its own that real npm installs from files, without a network. */

import { execFile, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ended } from './command.ts';

const run = promisify(execFile);
const cli = path.join(import.meta.dirname, '..', '..', 'cli');
const folder = mkdtempSync(path.join(os.tmpdir(), 'stratos-launch-'));
const root = path.join(folder, 'repository');
const file = (...parts: string[]): string => path.join(root, ...parts);

const environment = { PATH: process.env['PATH'] ?? '', HOME: folder, npm_config_cache: path.join(folder, 'cache'), npm_config_offline: 'true', npm_config_update_notifier: 'false' };

const programs = {
  'cli/main.ts': "import('one').then((one) => console.log('main', one.default, process.argv.slice(2).join(' ')));\n",
  'dev.ts': "import('two').then((two) => { const code: number = 7; console.log('dev', two.default); process.exitCode = code; });\n",
  'hold.ts': "process.on('SIGINT', () => { console.log('interrupted'); setTimeout(() => process.exit(9), 800); });\nprocess.on('SIGTERM', () => { console.log('told to end'); process.exit(8); });\nconsole.log(`pid ${process.pid}`); setInterval(() => {}, 1e6);\n",
};

beforeAll(async () => {
  mkdirSync(file('cli'), { recursive: true });
  for (const name of ['launch.mjs', 'install.mjs']) copyFileSync(path.join(cli, name), file('cli', name));
  for (const [name, text] of Object.entries(programs)) writeFileSync(file(name), text);
  for (const name of ['one', 'two']) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    writeFileSync(path.join(folder, name, 'index.js'), `module.exports = '${name}';\n`);
    await run('npm', ['pack', '--pack-destination', root], { cwd: path.join(folder, name), env: environment });
  }
  writeFileSync(file('package.json'), JSON.stringify({
    name: 'launched', private: true, type: 'module', scripts: { preinstall: 'echo installed >> installs.log' },
    dependencies: { one: 'file:one-1.0.0.tgz' }, devDependencies: { two: 'file:two-1.0.0.tgz' },
  }));
  await run('npm', ['install', '--package-lock-only', '--ignore-scripts'], { cwd: root, env: environment });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  for (const name of ['node_modules', 'installs.log', '.install.lock']) rmSync(file(name), { recursive: true, force: true });
});

const installs = (): number => (existsSync(file('installs.log')) ? readFileSync(file('installs.log'), 'utf8').trim().split('\n').length : 0);

/** @param of `old`: this Node says that it is Node 20 */
function begin(args: readonly string[], of: { old?: boolean; environment?: Record<string, string> } = {}) {
  const old = of.old === true ? ['--import', `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.0.0'}})`] : [];
  const child = spawn(process.execPath, [...old, file('cli', 'launch.mjs'), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...environment, ...of.environment } });
  let [stdout, stderr] = ['', ''];
  const heard = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; for (const hear of heard) hear(); });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  const ended = new Promise<Ended>((resolve) => { child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })); });
  const says = (pattern: RegExp): Promise<string> => new Promise((resolve, reject) => {
    const hear = (): void => { const found = pattern.exec(stdout); if (found !== null) resolve(found[0]); };
    heard.add(hear);
    hear();
    void ended.then(({ stderr: why }) => reject(new Error(`it ended without ${pattern}: ${why}`)));
  });
  return { child, ended, says };
}

const launch = (args: readonly string[], of: Parameters<typeof begin>[1] = {}): Promise<Ended> => begin(args, of).ended;

/** A Node where the optional packages bring it. */
function bringNode(): void {
  mkdirSync(file('node_modules', '.bin'), { recursive: true });
  symlinkSync(process.execPath, file('node_modules', '.bin', 'node'));
}

describe('the packages', () => {
  it('are installed once, with one line on stderr, and then found without npm', async () => {
    expect(await launch(['a', '--b'])).toEqual({ code: 0, signal: null, stdout: 'main one a --b\n', stderr: 'Installing packages with npm ci …\n' });
    expect(existsSync(file('node_modules', 'two'))).toBe(false);
    expect(await launch([], { environment: { PATH: '' } })).toMatchObject({ code: 0, stdout: 'main one \n', stderr: '' });
    expect(installs()).toBe(1);
  });

  it('are installed again with the development packages when those are asked for, which then stay', async () => {
    await launch([]);
    expect(await launch(['--dev', 'dev.ts'])).toMatchObject({ code: 7, stdout: 'dev two\n' });
    appendFileSync(file('package-lock.json'), '\n');
    rmSync(file('node_modules', 'one'), { recursive: true });
    expect(await launch([])).toMatchObject({ code: 0 });
    expect(installs()).toBe(3);
    expect(existsSync(file('node_modules', 'two'))).toBe(true);
  });

  it('count as there when somebody installed them by hand, whatever the lock file\'s bytes', async () => {
    await run('npm', ['ci', '--ignore-scripts'], { cwd: root, env: environment });
    appendFileSync(file('package-lock.json'), '\n');
    expect(await launch(['--dev', 'dev.ts'])).toMatchObject({ code: 7, stderr: '' });
    expect(installs()).toBe(0);
  });

  it('are installed by one of two that start at once', async () => {
    const both = await Promise.all([launch([]), launch([])]);
    expect(both.map(({ code, stdout }) => ({ code, stdout }))).toEqual([{ code: 0, stdout: 'main one \n' }, { code: 0, stdout: 'main one \n' }]);
    expect(both.map(({ stderr }) => stderr).toSorted()).toEqual(['Another start is installing the packages; waiting for it …\n', 'Installing packages with npm ci …\n']);
    expect(installs()).toBe(1);
    expect(existsSync(file('.install.lock'))).toBe(false);
  });

  it('are installed although a start that was killed left its lock', async () => {
    mkdirSync(file('.install.lock'));
    writeFileSync(file('.install.lock', 'processes'), '999999999');
    utimesSync(file('.install.lock'), 5, 5);
    expect(await launch([])).toMatchObject({ code: 0, stdout: 'main one \n' });
    expect(existsSync(file('.install.lock'))).toBe(false);
  });

  it('that cannot be installed end the start with 3 and what npm said', async () => {
    const ended = await launch([], { environment: { npm_config_ignore_scripts: 'false', npm_config_script_shell: '/nowhere/sh' } });
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.stderr).toContain('/nowhere/sh');
    expect(ended.stderr).toContain('The packages could not be installed: npm ci ended with exit code');
    rmSync(file('node_modules'), { recursive: true, force: true });
    expect((await launch([], { environment: { PATH: '' } })).stderr).toContain('npm is not on the PATH');
  });
});

describe('on a Node that is too old', () => {
  beforeEach(async () => { await launch(['--dev', 'dev.ts']); });

  it('the program runs on the Node of the packages, with its exit code', async () => {
    bringNode();
    expect(await launch(['x'], { old: true })).toMatchObject({ code: 0, stdout: 'main one x\n', stderr: '' });
    expect(await launch(['--dev', 'dev.ts'], { old: true })).toMatchObject({ code: 7, stdout: 'dev two\n' });
  });

  it('says what to do when the packages bring none', async () => {
    const { code, stderr } = await launch([], { old: true });
    expect(code).toBe(3);
    expect(stderr).toMatch(/Stratos needs Node 24\.15 or later; this is v.* on /);
  });

  it('one interrupt arrives once however often it is reported, and the program may take its time', async () => {
    bringNode();
    const { child, says, ended } = begin(['--dev', 'hold.ts'], { old: true });
    await says(/pid \d+/);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 9, stdout: expect.stringMatching(/^pid \d+\ninterrupted\n$/) as unknown });
  });

  it('the program ends when the launcher is killed', async () => {
    bringNode();
    const { child, says } = begin(['--dev', 'hold.ts'], { old: true });
    await says(/pid \d+/);
    child.kill('SIGKILL');
    expect(await says(/told to end/)).toBe('told to end');
  });
});
