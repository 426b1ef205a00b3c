/** A log file that never grows beyond its bound: when it is full it becomes `<name>.1`, and that one is dropped. */

import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';

export const logBytesMax = 4 * 1024 * 1024;

export class LogFile extends Writable {
  readonly #path: string;
  readonly #bytesMax: number;
  #file: FileHandle | null = null;
  #bytes = 0;

  constructor(path: string, bytesMax = logBytesMax) {
    super({ decodeStrings: true });
    this.#path = path;
    this.#bytesMax = bytesMax;
    // A full disk or a removed folder must not end the member: its log is the smaller loss.
    this.on('error', () => undefined);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    void this.#append(chunk).catch(dropped).finally(done);
  }

  override _final(done: () => void): void {
    void (this.#file?.close() ?? Promise.resolve()).catch(dropped).finally(done);
  }

  async #append(chunk: Buffer): Promise<void> {
    if (this.#file !== null && this.#bytes + chunk.length > this.#bytesMax) {
      await this.#file.close();
      this.#file = null;
      await rename(this.#path, `${this.#path}.1`);
    }
    if (this.#file === null) {
      this.#file = await open(this.#path, 'a', 0o600);
      this.#bytes = (await stat(this.#path)).size;
    }
    await this.#file.write(chunk);
    this.#bytes += chunk.length;
  }
}

/** What can not be written is lost, and the stream goes on. */
function dropped(): void {}
