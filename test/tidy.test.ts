/** The house rules that the compiler can't hold. Each finding names the place and the better way. */

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCalls, checkWords } from './tidy/bans.ts';
import { checkBudget, limits, medianLines } from './tidy/budget.ts';
import { checkCycles, checkDirections, importsOf } from './tidy/imports.ts';
import { checkNeedsTags } from './tidy/needs-tags.ts';
import { isCode } from './tidy/rooms.ts';
import { printFinding, readRepository, type Finding } from './tidy/source-file.ts';

const files = readRepository(path.dirname(import.meta.dirname));
const imports = files.filter((file) => isCode(file.path)).flatMap(importsOf);

function listed(findings: readonly Finding[]): readonly string[] {
  return findings.map(printFinding);
}

describe('the repository is tidy', () => {
  it('reads the files that it judges', () => {
    expect(files.map((file) => file.path)).toContain('cli/launch.mjs');
    expect(imports.map((one) => one.to)).toContain('schemas/ids.ts');
  });

  it(`keeps files within ${limits.fileLines} lines, functions within ${limits.functionLines}, names that say something`, () => {
    expect(listed(files.flatMap(checkBudget))).toEqual([]);
  });

  it(`keeps the median source file within ${limits.medianLines} lines`, () => {
    expect(medianLines(files)).toBeLessThanOrEqual(limits.medianLines);
  });

  it('reads clock, chance and environment in their places only', () => {
    expect(listed(files.flatMap(checkCalls))).toEqual([]);
  });

  it('leaves nothing for later and names no machine', () => {
    expect(listed(files.flatMap(checkWords))).toEqual([]);
  });

  it('imports one way between the rooms', () => {
    expect(listed(checkDirections(imports))).toEqual([]);
  });

  it('imports without cycles, types included', () => {
    expect(listed(checkCycles(imports))).toEqual([]);
  });

  it('says of each test that may be skipped what it needs', () => {
    expect(listed(files.flatMap(checkNeedsTags))).toEqual([]);
  });
});
