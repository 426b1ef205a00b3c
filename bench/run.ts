/** `npm run bench -- [name…] [--rounds N] [--size tiny|full] [-o text|json|markdown]`: every benchmark beside its floor. */

import { Argument, Command, Option } from 'commander';
import type { Scale } from './benchmark.ts';
import { benchmarks } from './benchmarks.ts';
import { machine } from './harness/machine.ts';
import { formats, printMachine, printResult, type Format } from './harness/print.ts';
import { runBenchmarks } from './harness/run-benchmarks.ts';

const defaultRounds = 5;
const defaultLimitSeconds = 300;

const program = new Command('bench')
  .description('Measures the platform beside the least that could do the same work: as a ratio, in one run, on one machine.')
  .addArgument(new Argument('[name...]', 'which benchmarks').choices(Object.keys(benchmarks)))
  .addOption(new Option('--rounds <count>', 'rounds of each side after the one that warms up').default(defaultRounds).argParser(Number))
  .addOption(new Option('--seconds <limit>', 'time for the whole run; cases that take longer run fewer rounds').default(defaultLimitSeconds).argParser(Number))
  .addOption(new Option('--size <size>', 'tiny only shows that it works').choices(['full', 'tiny']).default('full'))
  .addOption(new Option('-o, --output <format>', 'how results are printed').choices(formats).default('text'))
  .parse();

const { rounds, seconds, size, output } = program.opts<{ rounds: number; seconds: number; size: Scale; output: Format }>();
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) program.error('--rounds must be a whole number from 1 to 100');
if (!(seconds > 0)) program.error('--seconds must be a number above 0');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

say(printMachine(machine(), output));
await runBenchmarks({
  names: program.args.length > 0 ? program.args : Object.keys(benchmarks), scale: size, rounds, limitMs: seconds * 1000,
  onResult: (result) => say(printResult(result, output)),
  onSkipped: (name, why) => process.stderr.write(`skipped ${name}: ${why}\n`),
  onFailed: (name, why) => {
    process.stderr.write(`failed ${name}: ${why}\n`);
    process.exitCode = 1;
  },
});
