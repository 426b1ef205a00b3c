/** Building the page: once, whole, and without disturbing whoever serves it. */

import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { buildConsole, ensureConsole } from '../../console/build/build.ts';

const dist = new URL('../../console/dist/', import.meta.url);

describe('building the console', () => {
  test('happens once for the same sources, and again when what stands there is of others', async () => {
    await ensureConsole();
    expect(await ensureConsole()).toBe(false);
    await writeFile(new URL('built-from.txt', dist), 'other sources');
    expect(await ensureConsole()).toBe(true);
    await rm(new URL('built-from.txt', dist));
    expect(await ensureConsole()).toBe(true);
    expect(await ensureConsole()).toBe(false);
  });

  test('at once by several leaves one whole page and nothing beside it', async () => {
    await writeFile(new URL('assets/of-an-older-build.js', dist), '').catch(() => {});
    await Promise.all([buildConsole(), buildConsole()]);
    const page = await readFile(new URL('index.html', dist), 'utf8');
    const named = [...page.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)].map((match) => match[1]);
    expect((await readdir(new URL('assets/', dist))).toSorted()).toEqual(named.toSorted());
    expect((await readdir(dist)).filter((name) => !name.startsWith('.building-')).toSorted()).toEqual(['assets', 'built-from.txt', 'index.html']);
  });

  test('gives a small page that needs nothing inline', async () => {
    await ensureConsole();
    const page = await readFile(new URL('index.html', dist), 'utf8');
    expect(page).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|\sstyle=/);
    const assets = await readdir(new URL('assets/', dist));
    const sizes = await Promise.all(assets.map(async (name) => (await stat(new URL(`assets/${name}`, dist))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120_000);
  });
});
