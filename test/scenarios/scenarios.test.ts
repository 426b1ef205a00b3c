/**
 * The planner read by its words: each folder is a story. `repo/` is a definitions repository, `world.yaml` what runs
 * already (nothing without it), `plan.txt` the plan as `stratos plan` prints it.
 */

import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const stories = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();

test.each(stories)('%s', { timeout: 60_000 }, async (story) => {
  const world = join(here, story, 'world.yaml');
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'cli', 'main.ts'), 'plan', 'repo', ...(existsSync(world) ? ['--world', 'world.yaml'] : []),
  ], { cwd: join(here, story), env: { ...process.env, NO_COLOR: '1', COLUMNS: '200' } });
  await expect(stable(stdout)).toMatchFileSnapshot(join(here, story, 'plan.txt'));
});

/** The suffix of a member's id holds the instant of its launch. */
const stable = (text: string): string => text.replaceAll(/-(\d+)-(\d+)-[0-9a-f]{8}\b/g, '-$1-$2');
