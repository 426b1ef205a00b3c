/**
 * `npm test`: types, lint, unused code, then every test. With arguments only the tests that they name, e.g.
 * `npm test -- test/git -t fetch` (anything that vitest understands).
 *
 * The last line is always `N passed, N failed, N skipped`; a check counts as one test. Fails when something failed,
 * when no test ran, and, under STRATOS_TEST_ALL=1, when a test was skipped whose need can be brought.
 */

import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseCLI, startVitest } from 'vitest/node';
import { canBeBrought, wayToGet } from './needs.ts';
import { TallyReporter, type Skipped, type Tally } from './reporter.ts';

const root = path.dirname(import.meta.dirname);

/** What is checked before the tests; each by its own program of the installed packages. */
const checks = [
  { name: 'types', program: 'tsc', args: ['-b'] },
  { name: 'lint', program: 'oxlint', args: ['--deny-warnings'] },
  { name: 'unused code', program: 'knip', args: ['--no-progress'] },
];

async function runChecks(tally: Tally): Promise<void> {
  for (const check of checks) {
    const ok = await runCheck(check);
    tally[ok ? 'passed' : 'failed'] += 1;
    process.stdout.write(` ${ok ? '✓' : '✗'} ${check.name}${ok ? '' : ` (${check.program} ${check.args.join(' ')})`}\n`);
  }
}

/** True when the program ends with 0. What it prints is shown only when it fails. */
function runCheck(check: { program: string; args: readonly string[] }): Promise<boolean> {
  const output: Buffer[] = [];
  const child = spawn(path.join(root, 'node_modules', '.bin', check.program), check.args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env['PATH'] ?? ''}` },
  });
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) process.stdout.write(`${Buffer.concat(output).toString().trimEnd()}\n`);
      resolve(code === 0);
    });
  });
}

async function runTests(args: readonly string[], reporter: TallyReporter): Promise<void> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  const vitest = await startVitest(filter, { ...options, root, watch: false, reporters: ['default', reporter] });
  await vitest.close();
}

function sayWhatWasSkipped(skipped: readonly Skipped[]): void {
  for (const { needs, tests } of skipped) {
    const count = tests.length === 1 ? '1 test' : `${tests.length} tests`;
    if (needs !== null) process.stdout.write(`Skipped ${count} that need ${needs}: ${wayToGet(needs)}\n`);
    else for (const test of tests) process.stdout.write(`Skipped without a stated need: ${test}\n`);
  }
}

/** Why the run as a whole fails; null when it does not. */
function verdict(tally: Tally, checked: number, skipped: readonly Skipped[]): string | null {
  if (tally.failed > 0) return 'something failed';
  if (tally.passed + tally.skipped === checked) return 'no test ran';
  const all = process.env['STRATOS_TEST_ALL'] === '1';
  if (all && skipped.some(({ needs }) => canBeBrought(needs))) return 'tests were skipped, and STRATOS_TEST_ALL=1 wants all of them';
  return null;
}

const args = process.argv.slice(2);
const reporter = new TallyReporter();
const { tally } = reporter;
if (args.length === 0) await runChecks(tally);
const checked = tally.passed + tally.failed;
try {
  await runTests(args, reporter);
} catch (error) {
  tally.failed += 1;
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
sayWhatWasSkipped(reporter.skipped());
const why = verdict(tally, checked, reporter.skipped());
if (why !== null) process.stdout.write(`Not good: ${why}.\n`);
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
// Forced: a server that a failed test left open must not keep the run from ending.
process.exit(why === null ? 0 : 1);
