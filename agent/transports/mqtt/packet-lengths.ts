/**
 * Reads the lengths that MQTT packets announce, as their first bytes pass by. The parsers of both libraries gather up to
 * 256 MiB before anybody may look at a packet; whoever watches a socket with this can end it at the first few bytes.
 */

export class PacketLengths {
  /** Bytes of the current packet that are still to come. */
  #rest = 0;
  /** Digits of the length seen so far; -1 before the packet's first byte. */
  #digits = -1;
  #length = 0;

  /** Takes the next bytes of the stream; returns the largest length announced in them, 0 when none was. */
  push(chunk: Uint8Array): number {
    let largest = 0;
    for (let at = 0; at < chunk.length;) {
      if (this.#rest > 0) {
        const passed = Math.min(this.#rest, chunk.length - at);
        this.#rest -= passed;
        at += passed;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (this.#digits < 0) {
        this.#digits = 0;
        this.#length = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * 128 ** this.#digits++;
      // A fifth digit is a protocol error, and the parser's to tell.
      if (byte < 0x80 || this.#digits === 4) {
        this.#digits = -1;
        this.#rest = this.#length;
        largest = Math.max(largest, this.#length);
      }
    }
    return largest;
  }
}
