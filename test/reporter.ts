/**
 * Counts what the tests did and keeps why each skipped one was skipped.
 * A suite that needs something from outside says so in its name: `[needs: RabbitMQ at STRATOS_TEST_AMQP_URL]`.
 */

import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** One thing that was missing: how many tests wait for it, and one of them as an example. */
export interface Skipped {
  readonly needs: string | null;
  readonly tests: readonly string[];
}

export class TallyReporter implements Reporter {
  readonly tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  readonly #skipped = new Map<string | null, string[]>();

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.tally.failed += unhandledErrors.length;
    for (const module of modules) {
      this.tally.failed += module.errors().length;
      for (const suite of module.children.allSuites()) this.tally.failed += suite.errors().length;
      for (const test of module.children.allTests()) this.#count(test);
    }
  }

  /** What was skipped, by what it needs. */
  skipped(): readonly Skipped[] {
    return [...this.#skipped].map(([needs, tests]) => ({ needs, tests }));
  }

  #count(test: TestCase): void {
    const { state } = test.result();
    if (state === 'passed' || state === 'failed') {
      this.tally[state] += 1;
      return;
    }
    this.tally.skipped += 1;
    const needs = needsOf(test);
    const others = this.#skipped.get(needs) ?? [];
    this.#skipped.set(needs, [...others, `${test.module.relativeModuleId} > ${test.fullName}`]);
  }
}

/** The `[needs: …]` of the test or of the nearest suite around it. */
function needsOf(test: TestCase): string | null {
  for (let task: TestCase | TestSuite | TestModule = test; task.type !== 'module'; task = task.parent) {
    const tag = needsTag(task.name);
    if (tag !== null) return tag;
  }
  return null;
}

/** The text of a well-formed `[needs: …]` tag in a suite's name; null when there is none. */
export function needsTag(name: string): string | null {
  return /\[needs: ([^\]]+)\]/.exec(name)?.[1]?.trim() ?? null;
}
