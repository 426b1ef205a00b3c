/** Reads the bytes of a delivery: counted, not believed; bounded for one request and for all together. */

import type { Context } from 'hono';
import { Refusal } from '../refusal.ts';

export const bodyBytesMax = 1024 * 1024;
/** What all deliveries that are being read may hold together. */
const heldBytesMax = 32 * bodyBytesMax;

const tooLarge = (): Refusal =>
  new Refusal({ status: 413, code: 'too-large', detail: `A delivery may have ${bodyBytesMax} bytes at most`, headers: { connection: 'close' } });
const busy = (): Refusal =>
  new Refusal({ status: 503, code: 'busy', detail: 'Too many deliveries are being received; send it again', headers: { 'retry-after': '2', connection: 'close' } });

/** @returns reads the body of a request. @throws Refusal 413 above the limit, 415 when it is encoded, 503 when too much is held, 400 when it breaks off. */
export function bodyReader(): (c: Context) => Promise<Uint8Array> {
  let heldBytes = 0;
  return async (c) => {
    const encoding = c.req.header('content-encoding');
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      throw new Refusal({ status: 415, code: 'encoded-body', detail: 'A delivery must not be compressed', headers: { 'accept-encoding': 'identity' } });
    }
    if (Number(c.req.header('content-length') ?? 0) > bodyBytesMax) throw tooLarge();
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const reader = (c.req.raw.body as ReadableStream<Uint8Array> | null)?.getReader();
    try {
      for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
        bytes += next.value.length;
        heldBytes += next.value.length;
        if (bytes > bodyBytesMax) throw tooLarge();
        if (heldBytes > heldBytesMax) throw busy();
        chunks.push(next.value);
      }
      return Buffer.concat(chunks);
    } catch (error) {
      void reader?.cancel().catch(() => {});
      throw error instanceof Refusal ? error : new Refusal({ status: 400, code: 'broken-body', detail: 'The body broke off', headers: { connection: 'close' } });
    } finally {
      heldBytes -= bytes;
    }
  };
}
