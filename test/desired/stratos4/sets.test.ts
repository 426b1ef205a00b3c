/** The definitions that came with Apache Stratos 4.1, cloud by cloud: exactly the problems that are written down, each in its place. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { allSamples, clouds, linked, parsed, places, sampleSet, samplesAreThere } from './old.ts';

const expected = (cloud: string): string[] => readFileSync(path.join(import.meta.dirname, 'expected', `${cloud}.txt`), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe.skipIf(!samplesAreThere)('the samples of Apache Stratos [needs: stratos-samples at ../shared/stratos-samples or STRATOS_TEST_SAMPLES]', () => {
  it.each(clouds)('have exactly the problems that are written down, with those of %s', (cloud) => {
    const texts = sampleSet(cloud);
    expect(places(linked(texts), texts)).toEqual(expected(cloud));
  });

  it('are all recognised, and nothing of them runs by being there', () => {
    const files = [...allSamples()].map(([name, text]) => ({ name, file: parsed(text) }));
    expect(files).toHaveLength(116);
    expect(files.filter(({ file }) => file.documents.length + (file.concerning?.length ?? 0) !== 1 || file.ignored.length > 0 || file.unreadable)).toEqual([]);
    expect(files.flatMap(({ file }) => file.documents.map(({ dialect }) => dialect)).every((dialect) => dialect === 'stratos4')).toBe(true);
    const texts = sampleSet('mock');
    expect([...linked(texts).desired.applications.values()].filter(({ deployed }) => deployed)).toEqual([]);
  });

  it('read a trailing comma, and say where things stand behind it', () => {
    const text = allSamples().get('applications/simple/single-group-app/application.json') ?? '';
    expect(text).toMatch(/,\s*}/);
    const file = parsed(text);
    expect(file.documents.map(({ name, value }) => [name, value === null])).toEqual([['cartridge-group-app', false]]);
    expect(file.problems.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual(['32:25 unknown-key', '62:21 not-carried']);
  });
});
