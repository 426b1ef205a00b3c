/** The reference of validation rules names every code that there is, and no other. */

import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

async function codesInSource(): Promise<Set<string>> {
  const files = (await readdir(new URL('reconciler/desired/', root), { recursive: true })).filter((name) => name.endsWith('.ts') && !name.includes('.types') && !name.startsWith('stratos4'));
  const codes = new Set<string>();
  for (const file of files) {
    const text = await readFile(new URL(`reconciler/desired/${file}`, root), 'utf8');
    for (const [, code] of text.matchAll(/(?:code: |\bproblem\(|wholeFile\(|fileProblem\(|\? |: )'([a-z]+(?:-[a-z0-9]+)+|syntax)'[,:; )]/g)) if (code !== undefined) codes.add(code);
    for (const [, code] of text.matchAll(/(?:finder\.(?:error|warn|note)|problemAt)\([\s\S]*?'([a-z]+(?:-[a-z]+)+)',/g)) if (code !== undefined) codes.add(code);
  }
  for (const word of ['one-after-another', 'all-at-once', 'round-robin', 'terminate-none', 'load-balancer', 'into-application', 'not-ours', 'date-time', 'utf-8']) codes.delete(word);
  return codes;
}

it('names every code, and only codes that there are', async () => {
  const text = await readFile(new URL('docs/reference/validation-rules.md', root), 'utf8');
  const [listed = ''] = text.split('## The rules of Apache Stratos');
  const documented = new Set([...listed.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([a-z0-9-]+)`/g)].map(([, code = '']) => code)));
  expect([...documented].sort()).toEqual([...(await codesInSource())].sort());
});

it('says of each rule of the old server what became of it', async () => {
  const text = await readFile(new URL('docs/reference/validation-rules.md', root), 'utf8');
  const named = new Set<number>();
  for (const [, from, to] of text.matchAll(/V(\d+)[a-d]?(?:–V(\d+))?/g)) for (let rule = Number(from); rule <= Number(to ?? from); rule++) named.add(rule);
  expect(Array.from({ length: 105 }, (_, index) => index + 1).filter((rule) => !named.has(rule))).toEqual([]);
});
