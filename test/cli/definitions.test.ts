/** `validate` and `plan`, run as processes on real files, repositories and a real API. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import git from 'isomorphic-git';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiServer, type ApiServer } from './api-server.ts';
import * as bodies from './bodies.ts';
import { stratos } from './command.ts';

const example = path.join(import.meta.dirname, '..', '..', 'repos-example', 'definitions');
const folder = mkdtempSync(path.join(os.tmpdir(), 'stratos-definitions-'));
const good = path.join(folder, 'good');
const shop = (root: string): string => path.join(root, 'shop.yaml');
const tidy = (text: string): readonly string[] => text.split('\n').map((line) => line.trimEnd());

/** A copy of the example with its shop changed. */
function changed(name: string, change: (text: string) => string): string {
  const copy = path.join(folder, name);
  cpSync(example, copy, { recursive: true });
  writeFileSync(shop(copy), change(readFileSync(shop(copy), 'utf8')));
  return copy;
}

beforeAll(() => cpSync(example, good, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

describe('validate', () => {
  it('ends with 0 and a word when all is well', async () => {
    expect(await stratos(['validate', good])).toMatchObject({ code: 0, stdout: 'no problems: 7 documents in 4 files\n', stderr: '' });
    expect(await stratos(['validate', 'shop.yaml', 'cartridges.yaml', 'policies.yaml', 'platform.yaml'], { cwd: good })).toMatchObject({ code: 0 });
    expect(await stratos(['validate'], { cwd: good })).toMatchObject({ code: 0 });
  });

  it('shows every problem with its place, the line, a mark below it, and what would mend it', async () => {
    const bad = changed('bad', (text) => text.replace('type: node-store', 'type: node-stor').replace('max: 8', 'mx: 8'));
    const { code, stdout } = await stratos(['validate', '.'], { cwd: bad });
    expect(code).toBe(1);
    expect(tidy(stdout)).toEqual(expect.arrayContaining([
      expect.stringMatching(/^shop\.yaml:24:13: error\[unknown-key\]: unknown key "mx"/),
      '   |', '24 |             mx: 8', '   |             ^',
      expect.stringMatching(/^1 error: 7 documents in 4 files$/),
    ]));
  });

  it('finds what refers to nothing, at the line that says so', async () => {
    const { code, stdout } = await stratos(['validate', changed('astray', (text) => text.replace('type: node-store', 'type: node-stor')), '-o', 'json']);
    const verdict = JSON.parse(stdout) as { valid: boolean; counts: object; problems: { code: string; line: number; column: number; file: string }[] };
    expect(code).toBe(1);
    expect(verdict.valid).toBe(false);
    expect(verdict.problems.find((problem) => problem.code === 'unknown-reference')).toMatchObject({ file: path.join(folder, 'astray', 'shop.yaml'), line: 14, column: 19 });
  });

  it('counts warnings as errors when it is strict', async () => {
    const warned = changed('warned', (text) => text.replace('      tiers:\n', '      hollow: {}\n      tiers:\n'));
    expect(await stratos(['validate', warned])).toMatchObject({ code: 0, stdout: expect.stringContaining('warning[empty-group]') as unknown });
    expect(await stratos(['validate', warned, '--strict'])).toMatchObject({ code: 1, stdout: expect.stringContaining('1 warning: ') as unknown });
  });

  it('reads a repository at a revision, whatever its work tree holds', async () => {
    const repository = changed('repository', (text) => text);
    const author = { name: 'Ann', email: 'ann@example.com' };
    await git.init({ fs, dir: repository, defaultBranch: 'main' });
    for (const file of ['shop.yaml', 'cartridges.yaml', 'policies.yaml', 'platform.yaml']) await git.add({ fs, dir: repository, filepath: file });
    const commit = await git.commit({ fs, dir: repository, message: 'first', author });
    writeFileSync(shop(repository), 'apiVersion: stratos/v1\nkind: Aplication\nmetadata: {name: x}\nspec: {}\n');
    const whole = await stratos(['validate', '--git', repository, '-o', 'json']);
    expect(JSON.parse(whole.stdout)).toMatchObject({ valid: true, revision: commit, files: 4, documents: 7 });
    expect(await stratos(['validate', repository])).toMatchObject({ code: 1 });
    expect(await stratos(['validate', '--git', repository, '--rev', 'feature'])).toMatchObject({ code: 2, stderr: expect.stringContaining('feature') as unknown });
  });

  it.each([
    [['nowhere'], 'There is no file or folder nowhere'],
    [['--git', 'nowhere'], 'There is no file or folder nowhere'],
    [['README.md'], 'README.md is no definition'],
  ])('ends with 2 on %j', async (args, says) => {
    const ended = await stratos(['validate', ...args], { cwd: good });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(says);
  });

  it('never quotes a secret, nor lets a file move the cursor', async () => {
    const file = path.join(folder, 'secrets.yaml');
    writeFileSync(file, [
      'apiVersion: stratos/v1', 'kind: Cartridge', 'metadata: {name: db}', 'spec:', '  category: data',
      '  password: canary-1', "  dbPasword: 'x', apiToken: 'canary-2'", '  portMaping: {url: "https://ann:canary-3@example.com", value: canary-4}',
      '  evil\u202Ekey: 1', '',
    ].join('\n'));
    for (const format of ['text', 'json']) {
      const { code, stdout, stderr } = await stratos(['validate', file, '-o', format]);
      expect(code).toBe(1);
      expect(stdout + stderr).not.toMatch(/canary|\u202E/);
    }
  });
});

describe('plan', () => {
  const actionsOf = (stdout: string): readonly string[] => (JSON.parse(stdout) as { applications: { steps: { actions: { kind: string; cluster: string; partition: string | null }[] }[] }[] })
    .applications.flatMap(({ steps }) => steps.flatMap(({ actions }) => actions.map(({ kind, cluster, partition }) => `${kind} ${cluster} ${partition ?? ''}`.trimEnd())))
    .filter((action) => !action.startsWith('assign'));
  const fromNothing = ['start-member tiers/store local/left', 'start-member tiers/api local/left', 'start-member tiers/web local/left', 'start-member tiers/web local/right', 'start-member tiers/lb local/left'];

  it('shows the steps from nothing, tier by tier, with reason and place', async () => {
    const json = await stratos(['plan', good, '-o', 'json']);
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(actionsOf(json.stdout)).toEqual(fromNothing);
    expect(parse((await stratos(['plan', good, '-o', 'yaml'])).stdout)).toHaveProperty('applications');
    const { stdout } = await stratos(['plan', '.', '-a', 'shop'], { cwd: good });
    expect(stdout).toMatch(/^shop: \d+ steps, \d+ actions/);
    expect(stdout).toMatch(/start +tiers\/store +local\/left +0 of 1 members live +shop\.yaml:13:11/);
  });

  it('begins from a world in a file', async () => {
    const world = path.join(folder, 'world.yaml');
    const members = ['store', 'api', 'lb'].map((alias) => `  - {application: shop, cluster: tiers/${alias}}`);
    writeFileSync(world, ['now: 2026-11-20T10:00:00Z', 'members:', ...members, '  - {application: shop, cluster: tiers/web, partition: left, count: 1}', '  - {application: shop, cluster: tiers.0/web, partition: local/right}', ''].join('\n'));
    expect((await stratos(['plan', good, '--world', world])).stdout).toMatch(/^shop: no member starts, stops or drains/);
    const more = changed('more', (text) => text.replace('min: 2', 'min: 4'));
    expect(actionsOf((await stratos(['plan', more, '--world', world, '-o', 'json'])).stdout)).toEqual(['start-member tiers/web local/left', 'start-member tiers/web local/right']);
  });

  it.each([
    ['members: [{application: shop, cluster: tiers/wbe}]', 4, 'did you mean tiers/web?'],
    ['members: [{application: shop, cluster: tiers/web, partition: middle}]', 4, 'Partitions: local/left, local/right'],
    ['members: [{application: shop, cluster: tiers/web, cuont: 2}]', 2, 'did you mean count?'],
    ['member: []', 2, 'did you mean members?'],
    ['members: [', 2, 'Cannot read the world'],
  ])('says what is wrong in the world %j', async (text, code, says) => {
    const world = path.join(folder, 'wrong.yaml');
    writeFileSync(world, text);
    const ended = await stratos(['plan', good, '--world', world]);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(says);
  });

  it('leaves out what has errors, says so, and ends with 1', async () => {
    const ended = await stratos(['plan', changed('broken', (text) => text.replace('max: 8', 'mx: 8')), '-o', 'json']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe('1 error (stratos validate shows them)\n');
    expect(JSON.parse(ended.stdout)).toMatchObject({ applications: [] });
    expect(await stratos(['plan', good, '-a', 'shpo'])).toMatchObject({ code: 4, stderr: expect.stringContaining('did you mean shop?') as unknown });
  });

  describe('against a running platform', () => {
    let api: ApiServer;
    beforeAll(async () => {
      api = await startApiServer();
      const [instance] = bodies.application.instances;
      const [group] = instance?.groups ?? [];
      const [cluster] = group?.clusters ?? [];
      const members = cluster?.members.map((member, index) => ({ ...member, serving: 'yes', partition: ['local/left', 'local/right'][index] }));
      const others = ['store', 'api', 'lb'].map((alias) => ({ ...cluster, alias, members: [{ ...members?.[0], id: `shop-${alias}-0-1` }] }));
      api.answers.set('/api/v1/applications', bodies.applications);
      api.answers.set('/api/v1/applications/shop', { ...bodies.application, instances: [{ ...instance, networkPartition: 'local', groups: [{ ...group, clusters: [...others, { ...cluster, members }] }] }] });
    });
    afterAll(() => api.close());

    it('shows what a push of this folder would change', async () => {
      const fewer = changed('fewer', (text) => text.replace('min: 2', 'min: 3'));
      expect(actionsOf((await stratos(['plan', fewer, '--against', api.url, '-o', 'json'])).stdout)).toEqual(['start-member tiers/web local/left']);
      expect((await stratos(['plan', good, '--against', api.url])).stdout).toMatch(/^shop: no member starts, stops or drains/);
    });
  });
});
