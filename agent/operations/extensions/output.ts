/** What a program wrote, made fit to show: bounded, one line, without control characters. */

/** Keeps the last bytes that were written. */
export class Tail {
  #kept = Buffer.alloc(0);
  readonly #bytesMax: number;

  constructor(bytesMax = 4096) {
    this.#bytesMax = bytesMax;
  }

  add(chunk: Buffer): void {
    const joined = Buffer.concat([this.#kept, chunk]);
    this.#kept = joined.length > this.#bytesMax ? joined.subarray(joined.length - this.#bytesMax) : joined;
  }

  /** The last lines, joined by ` | `, at most `charactersMax` characters from the end. */
  lastLines(charactersMax = 400): string {
    const lines = this.#kept.toString('utf8').split('\n').map(printable).filter((line) => line !== '');
    const text = lines.slice(-8).join(' | ');
    return text.length > charactersMax ? `…${text.slice(text.length - charactersMax + 1)}` : text;
  }
}

/** Text without colours, control and direction characters, its white space made single. */
export function printable(text: string): string {
  return text
    .replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029\ufffd]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** One line of at most 500 characters, the first ones kept. */
export function oneLine(text: string): string {
  const line = printable(text);
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}
