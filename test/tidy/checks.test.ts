/** The tidy checks themselves, on small snippets that break one rule each. */

import { describe, expect, it } from 'vitest';
import { checkCalls, checkWords } from './bans.ts';
import { checkBudget, limits, medianLines } from './budget.ts';
import { checkCycles, checkDirections, importsOf } from './imports.ts';
import { checkNeedsTags } from './needs-tags.ts';
import { roomOf } from './rooms.ts';
import { sourceFile, type Finding } from './source-file.ts';

const lines = (count: number): string => 'x();\n'.repeat(count);
const places = (findings: readonly Finding[]): readonly string[] => findings.map((finding) => `${finding.file}:${finding.line}`);

describe('the budget', () => {
  it('finds the file that is one line too long, and not the one that just fits', () => {
    expect(places(checkBudget(sourceFile('agent/step.ts', lines(limits.fileLines + 1))))).toEqual([`agent/step.ts:${limits.fileLines + 1}`]);
    expect(checkBudget(sourceFile('agent/step.ts', lines(limits.fileLines)))).toEqual([]);
  });

  it('gives tests more room, and generated files all they need', () => {
    expect(checkBudget(sourceFile('test/a.test.ts', lines(limits.testFileLines)))).toEqual([]);
    expect(places(checkBudget(sourceFile('test/a.test.ts', lines(limits.testFileLines + 1))))).toHaveLength(1);
    expect(checkBudget(sourceFile('schemas/kinds/x/generated.ts', lines(2000)))).toEqual([]);
  });

  it.each([
    ['function', `function f() {\n${lines(limits.functionLines - 1)}}\n`],
    ['arrow', `const f = () => {\n${lines(limits.functionLines - 1)}};\n`],
    ['method', `class A { m() {\n${lines(limits.functionLines - 1)}} }\n`],
  ])('finds the %s that is one line too long', (_kind, text) => {
    expect(places(checkBudget(sourceFile('cli/x.ts', `\n${text}`)))).toEqual(['cli/x.ts:2']);
    expect(checkBudget(sourceFile('cli/x.ts', text.replace('x();\n', '')))).toEqual([]);
  });

  it('finds names that say nothing, wherever they stand', () => {
    expect(places(checkBudget(sourceFile('reconciler/plan/utils.ts', '')))).toEqual(['reconciler/plan/utils.ts:1']);
    expect(places(checkBudget(sourceFile('test/helpers.ts', '')))).toHaveLength(1);
    expect(checkBudget(sourceFile('reconciler/plan/order.ts', ''))).toEqual([]);
  });

  it('takes the median of source files written by hand', () => {
    const files = [sourceFile('cli/a.ts', lines(10)), sourceFile('cli/b.ts', lines(90)), sourceFile('cli/c.ts', lines(100)),
      sourceFile('test/t.ts', lines(1)), sourceFile('schemas/generated.ts', lines(1))];
    expect(medianLines(files)).toBe(90);
  });
});

describe('the banned calls', () => {
  it.each(['Date.now()', 'const now = Date.now;', 'new Date()', 'Date()', 'Math.random()', 'process.env.HOME', "process['env']", 'performance.now()'])('finds %s', (text) => {
    expect(places(checkCalls(sourceFile('reconciler/plan/x.ts', `\n${text}`)))).toEqual(['reconciler/plan/x.ts:2']);
  });

  it.each(['new Date(0)', '"Date.now()"', '// Math.random()', 'clock.now()'])('leaves %s alone', (text) => {
    expect(checkCalls(sourceFile('reconciler/plan/x.ts', text))).toEqual([]);
  });

  it('knows the places where they belong', () => {
    expect(checkCalls(sourceFile('reconciler/clock.ts', 'Date.now(); Math.random()'))).toEqual([]);
    expect(checkCalls(sourceFile('agent/config.ts', 'process.env.X'))).toEqual([]);
    expect(checkCalls(sourceFile('agent/run.ts', 'process.env.X'))).toHaveLength(1);
    expect(checkCalls(sourceFile('cli/main.ts', 'process.env.X; Date.now()'))).toHaveLength(1);
  });

  it.each(['describe.only("a", f)', 'it.skip("a", f)', 'test.todo("a")'])('finds %s', (text) => {
    expect(checkCalls(sourceFile('test/a.test.ts', text))).toHaveLength(1);
  });
});

describe('the banned words', () => {
  const halves = (a: string, b: string): string => a + b;
  it.each([
    ['later.ts', `// ${halves('TO', 'DO')}: more`], ['guide.md', halves('FIX', 'ME')],
    ['a.ts', `'${halves('/wo', 'rk/main')}'`], ['a.md', `see ${halves('/ho', 'me/ann')}/x`], ['b.ts', `write('${halves('/tm', 'p/x')}')`],
  ])('finds one in %s', (name, text) => {
    expect(places(checkWords(sourceFile(`docs/${name}`, `\n${text}\n`)))).toEqual([`docs/${name}:2`]);
  });

  it('leaves URLs and relative paths alone', () => {
    expect(checkWords(sourceFile('docs/a.md', `https://example.com${halves('/wo', 'rk/')} and ./team${halves('/ho', 'me/')} and mastodons`))).toEqual([]);
  });
});

describe('the imports', () => {
  const findings = (path: string, text: string): readonly string[] => places(checkDirections(importsOf(sourceFile(path, text))));

  it.each([
    ['schemas/ids.ts', "import { x } from '../reconciler/model/plan.ts'"],
    ['reconciler/plan/plan.ts', "import type { x } from '../desired/link.ts'"],
    ['reconciler/plan/plan.ts', "export { x } from '../store/x.ts'"],
    ['reconciler/apply/x.ts', "type T = import('../observed/y.ts').T"],
    ['agent/run.ts', "import { x } from '../reconciler/model/plan.ts'"],
    ['console/main.tsx', "import { x } from '../cli/main.ts'"],
    ['cli/main.ts', "import { up } from '../reconciler/supervisor.ts'"],
  ])('refuses that %s says %s', (path, text) => {
    expect(findings(path, `\n${text}`)).toEqual([`${path}:2`]);
  });

  it.each([
    ['reconciler/main.ts', "import { x } from './store/sqlite/index.ts'"],
    ['reconciler/sources/git/x.ts', "import { x } from '../../git/index.ts'"],
    ['cli/commands/up.ts', "await import('../../reconciler/supervisor/supervisor.ts')"],
    ['cli/commands/plan.ts', "import { x } from '../../reconciler/plan/preview.ts'; import { y } from 'yaml'"],
    ['test/plan/x.test.ts', "import { x } from '../../reconciler/plan/preview.ts'"],
  ])('lets %s say %s', (path, text) => {
    expect(findings(path, text)).toEqual([]);
  });

  it('tells the rooms apart', () => {
    expect(['reconciler/queue.ts', 'agent/transports/mqtt/x.ts', 'agent/step.ts'].map(roomOf)).toEqual(['reconciler', 'agent/transports', 'agent']);
  });

  it('finds a circle once, types included, and no circle in a diamond', () => {
    const circle = [sourceFile('cli/a.ts', "import './b.ts'"), sourceFile('cli/b.ts', "\nimport type { x } from './c.ts'; import { y } from './c.ts'"), sourceFile('cli/c.ts', "import './a.ts'")];
    const found = checkCycles(circle.flatMap(importsOf));
    expect(found.map((finding) => finding.what)).toEqual(['import cycle cli/a.ts → cli/b.ts → cli/c.ts → cli/a.ts']);
    const diamond = [sourceFile('cli/a.ts', "import './b.ts'; import './c.ts'"), sourceFile('cli/b.ts', "import './d.ts'"), sourceFile('cli/c.ts', "import './d.ts'")];
    expect(checkCycles(diamond.flatMap(importsOf))).toEqual([]);
  });
});

describe('the tags of what a test needs', () => {
  const found = (text: string): number => checkNeedsTags(sourceFile('test/a.test.ts', text)).length;

  it.each([
    "describe.skipIf(!up)('amqp', f)", 'it.runIf(up)(`amqp ${x}`, f)', "describe.skipIf(!up).each(['a'])('amqp %s', f)",
    "describe.skipIf(!up)('amqp [needs RabbitMQ]', f)", "describe.skipIf(!up)('amqp [needs: ]', f)", 'describe.skipIf(!up)(name, f)',
  ])('misses one in %s', (text) => {
    expect(found(text)).toBe(1);
  });

  it.each([
    "describe.skipIf(!up)('amqp [needs: RabbitMQ at X]', f)", "describe.skipIf(!up).each(['a'])('%s [needs: git]', f)",
    'describe.skipIf(!up)(`store ${kind}${tag}`, f)', "describe('amqp', f)",
  ])('is content with %s', (text) => {
    expect(found(text)).toBe(0);
  });
});
