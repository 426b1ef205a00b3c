import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BundleRefused } from '../../../agent/operations/checkout/failure.ts';
import { unpack } from '../../../agent/operations/checkout/unpack.ts';
import { tarOf, treeOf } from './archives.ts';

const valid = await tarOf([
  { name: 'bin/start', mode: 0o755, content: '#!/bin/sh\n' },
  { name: `${'long/'.repeat(30)}name`, content: 'x'.repeat(700) },
  { name: 'current', type: 'symlink', linkname: 'bin/start' },
  { name: 'größe', content: 'y' },
  { name: 'folder', type: 'directory' },
]);

/** Bytes that mean something where they land: digits, type flags, separators, ends of strings. */
const telling = fc.constantFrom(...Buffer.from('\0/.\\01234567xgLKS\x80\xff '));
const changes = fc.array(fc.record({ at: fc.nat(valid.length - 1), to: fc.oneof(telling, fc.nat(255)) }), { minLength: 1, maxLength: 6 });

/** Makes the header checksums right again: else nearly every change would end there. */
function resealed(tar: Buffer): Buffer {
  for (let block = 0; block + 512 <= tar.length; block += 512) {
    if (tar.toString('latin1', block + 257, block + 262) !== 'ustar') continue;
    let sum = 8 * 32;
    for (let at = 0; at < 512; at += 1) if (at < 148 || at >= 156) sum += tar[block + at] ?? 0;
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, block + 148, 'latin1');
  }
  return tar;
}

it('an archive with random faults is unpacked or refused, ends, and touches nothing outside', async () => {
  const outcomes = { done: 0, refused: 0 };
  await fc.assert(fc.asyncProperty(changes, async (list) => {
    const tar = Buffer.from(valid);
    for (const { at, to } of list) tar[at] = to;
    const body = gzipSync(resealed(tar));
    const folder = await mkdtemp(join(tmpdir(), 'stratos-fuzz-'));
    try {
      await writeFile(join(folder, 'bundle'), body);
      await mkdir(join(folder, 'new'));
      const file = await open(join(folder, 'bundle'));
      try {
        await unpack(file, { bytes: body.length, directory: join(folder, 'new'), signal: AbortSignal.timeout(10_000) });
        outcomes.done += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(BundleRefused);
        outcomes.refused += 1;
      } finally {
        await file.close();
      }
      const outside = Object.keys(await treeOf(folder)).filter((path) => !path.startsWith('new/'));
      expect(outside).toEqual(['bundle']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }), { numRuns: 200 });
  expect(outcomes.done).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(0);
});
