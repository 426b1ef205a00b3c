/** Handing messages over at a link's edge: sizes are looked at first, and a handler's failure is counted, never passed on. */

import { reasonOf } from './connection.ts';
import type { ConnectOptions } from './transport.ts';

type Limits = Pick<ConnectOptions, 'messageBytesMax' | 'onRefused'>;

/** Gives a received message to its handler; resolves to whether it was taken. Never rejects. The handler is called before this returns. */
export async function handOver(message: Uint8Array, limits: Limits, handler: (message: Uint8Array) => Promise<void> | void): Promise<boolean> {
  if (message.length > limits.messageBytesMax) {
    limits.onRefused(`too large: ${message.length} bytes, at most ${limits.messageBytesMax} are taken`);
    return false;
  }
  try {
    await handler(message);
    return true;
  } catch (error) {
    limits.onRefused(`handler failed: ${reasonOf(error)}`);
    return false;
  }
}

/** @throws RangeError when a message is too large to be sent. */
export function demandFits(message: Uint8Array, limits: Limits): void {
  if (message.length > limits.messageBytesMax) throw new RangeError(`the message has ${message.length} bytes, at most ${limits.messageBytesMax} are sent`);
}
