/** Reads the stream that `cat-file --batch` prints: a header line, then for a found object its bytes and a line feed. */

import { objectId, type ObjectId } from '../../../schemas/ids.ts';
import type { ObjectKind } from '../object.ts';

export type BatchAnswer =
  | { readonly found: true; readonly id: ObjectId; readonly kind: ObjectKind; readonly bytes: Buffer }
  | { readonly found: false }
  | { readonly found: 'too-large'; readonly size: number };

const header = /^([0-9a-f]+) (commit|tree|blob|tag) (\d+)$/;
const headerBytesMax = 4_096;

export class BatchAnswers {
  #head = Buffer.alloc(0);
  #body: { id: ObjectId; kind: ObjectKind; bytes: Buffer; filled: number } | null = null;
  readonly #bytesMax: () => number;

  /** `bytesMax` gives the limit of the answer that begins. After a `too-large` answer the stream is not read on. */
  constructor(bytesMax: () => number) {
    this.#bytesMax = bytesMax;
  }

  *push(chunk: Buffer): Generator<BatchAnswer, void, void> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#body) {
        const taken = rest.copy(this.#body.bytes, this.#body.filled);
        this.#body.filled += taken;
        rest = rest.subarray(taken);
        if (this.#body.filled < this.#body.bytes.length) return;
        const { id, kind, bytes } = this.#body;
        this.#body = null;
        yield { found: true, id, kind, bytes: bytes.subarray(0, -1) };
        continue;
      }
      const end = rest.indexOf(0x0a);
      this.#head = Buffer.concat([this.#head, end < 0 ? rest : rest.subarray(0, end)]);
      if (end < 0 && this.#head.length < headerBytesMax) return;
      rest = end < 0 ? Buffer.alloc(0) : rest.subarray(end + 1);
      const answer = this.#begin(this.#head.toString('utf8'));
      this.#head = Buffer.alloc(0);
      if (answer) yield answer;
    }
  }

  #begin(line: string): BatchAnswer | null {
    const match = header.exec(line);
    if (!match) return { found: false };
    const size = Number(match[3]);
    if (size > this.#bytesMax()) return { found: 'too-large', size };
    this.#body = { id: objectId(match[1] ?? ''), kind: match[2] as ObjectKind, bytes: Buffer.allocUnsafe(size + 1), filled: 0 };
    return null;
  }
}
