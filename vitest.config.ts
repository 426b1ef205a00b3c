/** How the tests run: quick suites side by side in threads; suites that start platforms one after another in processes. */

import { defineConfig } from 'vitest/config';

const systemTests = ['test/system/**/*.test.ts'];

export default defineConfig({
  test: {
    passWithNoTests: false,
    // Order must not matter; the seed of a failing order is printed and can be given back with --sequence.seed.
    sequence: { shuffle: { files: true, tests: true } },
    projects: [
      {
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          exclude: systemTests,
          pool: 'threads',
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'system',
          include: systemTests,
          pool: 'forks',
          maxWorkers: 1,
          isolate: true,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1, shuffle: false },
        },
      },
    ],
  },
});
