/** `import`, run as a process: what it writes, what it refuses, and what it tells. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deployment, kubernetesCluster, worldWith } from '../desired/stratos4/documents.ts';
import { stratos } from './command.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'stratos-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, texts: ReadonlyMap<string, string>): string {
  const root = path.join(folder, name);
  for (const [file, text] of texts) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

const files = (root: string): string[] => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[a-z]+$/.test(name)).map((name) => name.split(path.sep).join('/')).sort();
const password = 'hunter2hunter2';
const secretive = { ...kubernetesCluster, property: [{ name: 'payload_parameter.MB_PASSWORD', value: password }] };

describe('import', () => {
  const old = written('old', worldWith({ 'deploy.yaml': deployment, 'clusters/k-1.json': secretive }));

  it('only looks with --dry-run', async () => {
    const to = path.join(folder, 'looked-at');
    const { code, stdout, stderr } = await stratos(['import', old, to, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toContain(path.join(to, 'applications', 'shop', 'application.yaml'));
    expect(stderr).toContain('9 documents would be written');
    expect(existsSync(to)).toBe(false);
  });

  it('writes what validates and plans the same, and tells which secrets are needed', async () => {
    const to = path.join(folder, 'new');
    const { code, stdout, stderr } = await stratos(['import', old, to]);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').map((line) => path.relative(to, line).split(path.sep).join('/')).sort()).toEqual(files(to));
    expect(files(to)).toEqual(['applications/shop/application.yaml', 'cartridges/mysql.yaml', 'cartridges/php.yaml', 'clusters/k-1.yaml', 'deploy.yaml', 'groups/pair.yaml', 'places/np-1.yaml', 'policies/application.yaml', 'policies/placing.yaml', 'policies/scaling.yaml']);
    expect(stderr).toContain('  k-1-mb-password  (a value; in clusters/k-1.yaml)\n');
    expect([stdout, stderr, ...files(to).map((name) => readFileSync(path.join(to, name), 'utf8'))].join('\n')).not.toContain(password);
    expect(await stratos(['validate', to])).toMatchObject({ code: 0, stdout: 'no problems: 10 documents in 10 files\n' });
    const kinds = async (root: string): Promise<string[]> => {
      const { applications } = JSON.parse((await stratos(['plan', root, '-o', 'json'])).stdout) as { applications: { steps: { actions: { kind: string; cluster: string; partition: string }[] }[] }[] };
      return applications.flatMap(({ steps }) => steps.flatMap(({ actions }) => actions.map(({ kind, cluster, partition }) => `${kind} ${cluster} ${partition}`)));
    };
    const before = await kinds(old);
    expect(before.length).toBeGreaterThan(0);
    expect(await kinds(to)).toEqual(before);
  });

  it('writes over nothing that is there, unless it is told to', async () => {
    const to = written('there', new Map([['groups/pair.yaml', 'mine\n']]));
    const refused = await stratos(['import', old, to]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`${path.join(to, 'groups', 'pair.yaml')} is there already`);
    expect(files(to)).toEqual(['groups/pair.yaml']);
    expect(await stratos(['import', old, to, '--force'])).toMatchObject({ code: 0 });
    expect(readFileSync(path.join(to, 'groups', 'pair.yaml'), 'utf8')).toContain('kind: CartridgeGroup');
  });

  it('leaves out what has errors, says so, and ends with 1', async () => {
    const broken = written('broken', worldWith({ 'policies/bad.json': { id: 'bad', loadThresholds: {} } }));
    const { code, stderr } = await stratos(['import', broken, path.join(folder, 'rest')]);
    expect(code).toBe(1);
    expect(stderr).toContain('bad.json:3:3: error[missing-key]: no threshold is given');
    expect(stderr).toContain('left out: policies/bad.json:1: the AutoscalingPolicy "bad" has errors');
    expect(files(path.join(folder, 'rest'))).toHaveLength(8);
  });

  it('ends with 1 when there is nothing old', async () => {
    const native = written('native', new Map([['deploy.yaml', deployment]]));
    expect(await stratos(['import', native, path.join(folder, 'none')])).toMatchObject({ code: 1, stderr: expect.stringContaining('holds no old Stratos JSON') as unknown });
    expect(existsSync(path.join(folder, 'none'))).toBe(false);
  });
});
