/** An artifact repository: many small text files and some large ones, as a web application has. */

import { join } from 'node:path';
import { writeRepository } from './repository.ts';

export const artifactPath = (folder: string): string => join(folder, 'artifact.git');

const words = ['const', 'return', 'export', 'function', 'await', 'member', 'request', 'answer', 'value', 'string', 'number', 'while'];

/** `bytes` in all, spread evenly; the words come by a fixed sequence, so that every run packs the same. */
export function writeArtifact(folder: string, files: number, bytes: number): void {
  let seed = 42;
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648);
  const content = (): string => {
    let text = '';
    while (text.length < bytes / files) text += `${words[next() % words.length]} ${next().toString(36)}${next() % 9 === 0 ? '\n' : ' '}`;
    return text;
  };
  writeRepository(artifactPath(folder), [{ message: 'First\n', files: new Map(Array.from({ length: files }, (_, at) => [`src/part-${at % 40}/file-${at}.js`, content()])) }]);
}
