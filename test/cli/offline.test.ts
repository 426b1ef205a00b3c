/** The commands that need no platform: help, version, schema, completion, and the page made of the help. */

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referenceFile, referencePage } from '../../cli/reference.ts';
import { kindNames, kinds } from '../../schemas/kinds/index.ts';
import { startApiServer, type ApiServer } from './api-server.ts';
import * as bodies from './bodies.ts';
import { stratos } from './command.ts';

const root = path.join(import.meta.dirname, '..', '..');

describe('help', () => {
  it('shows commands, examples, exit codes and variables, on stdout', async () => {
    const { code, stdout, stderr } = await stratos(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const part of ['describe', 'Examples:', 'Exit codes:', 'STRATOS_URL']) expect(stdout).toContain(part);
    expect((await stratos(['get', 'members', '--help'])).stdout).toContain('--application');
  });

  it('knows its version', async () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    expect((await stratos(['--version'])).stdout).toBe(`${version}\n`);
  });

  it('stands in docs/reference/cli.md as it is (npm run generate writes it)', () => {
    expect(readFileSync(referenceFile, 'utf8')).toBe(referencePage());
  });
});

describe('schema', () => {
  it.each(kindNames)('of %s accepts its example and refuses another kind', async (kind) => {
    const { code, stdout } = await stratos(['schema', kind.toLowerCase()]);
    expect(code).toBe(0);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(stdout) as object);
    const example = parse(readFileSync(path.join(root, 'schemas', 'kinds', kinds[kind].folder, 'example.yaml'), 'utf8')) as object;
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...example, kind: 'Nothing' })).toBe(false);
  });

  it('of all kinds, their names, and a name that is none', async () => {
    expect(JSON.parse((await stratos(['schema'])).stdout)).toHaveProperty('$defs.Application');
    expect((await stratos(['schema', '--list'])).stdout.trim().split('\n')).toEqual(kindNames);
    const unknown = await stratos(['schema', 'Cartrige']);
    expect(unknown).toMatchObject({ code: 4, stdout: '' });
    expect(unknown.stderr).toContain('did you mean Cartridge?');
  });
});

describe('completion', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer();
    api.answers.set('/api/v1/applications', bodies.applications);
  });
  afterAll(() => api.close());

  it.each([
    [['sta'], ['status']],
    [['get', ''], ['applications', 'members', 'sources', 'problems', 'definitions', 'plan']],
    [['get', 'app'], ['applications']],
    [['status', '--ou'], ['--output']],
    [['status', '-o', 'j'], ['json']],
    [['get', 'definitions', 'Car'], ['Cartridge', 'CartridgeGroup']],
    [['wait', 'shop', '--for', 'A'], ['Active']],
    [['explain', 's'], ['shop']],
    [['get', 'members', '-a', ''], ['shop']],
    [['completion', 'b'], ['bash']],
    [['schema', 'Appro'], ['Approval']],
  ])('of %j is %j', async (words, candidates) => {
    const { code, stdout, stderr } = await stratos(['__complete', '--', ...words], { environment: { STRATOS_URL: api.url } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toEqual(candidates);
  });

  const bash = existsSync('/bin/bash');
  it.skipIf(!bash)('works in a real bash [needs: bash]', async () => {
    const bin = await mkdtemp(path.join(os.tmpdir(), 'stratos-completion-'));
    try {
      await symlink(path.join(root, 'cli', 'launch.mjs'), path.join(bin, 'stratos'));
      const script = 'source <(stratos completion bash); COMP_WORDS=(stratos get s); COMP_CWORD=2; _stratos; printf "%s\\n" "${COMPREPLY[@]}"';
      const { stdout } = await promisify(execFile)('/bin/bash', ['-c', script], { env: { PATH: `${bin}:${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}` } });
      expect(stdout).toBe('sources\n');
    } finally {
      await rm(bin, { recursive: true });
    }
  });
});
