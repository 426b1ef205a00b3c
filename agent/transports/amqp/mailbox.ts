/**
 * Reading a mailbox without emptying it: the newest message stays unacknowledged for as long as it is the newest, so that
 * the broker gives it to the member's next connection. A broker ends a channel that holds a message for too long (half an
 * hour, as RabbitMQ comes), so the message is handed back and taken again in time.
 */

import type { ConfirmChannel, ConsumeMessage } from 'amqplib';

export interface MailboxOptions {
  readonly queue: string;
  /** Messages are handed back after this many milliseconds; well below the broker's limit for acknowledgements. */
  readonly refreshMs: number;
  /** Resolves to whether the message was taken; one that was not is dropped. Called in the order of arrival. */
  readonly onMessage: (message: Uint8Array) => Promise<boolean>;
  readonly onDeleted: () => void;
}

/** Messages that a mailbox holds unacknowledged: the newest, and the one that takes its place. */
export const mailboxPrefetch = 2;

const handedBackMax = 8;

/** Starts to read; resolves to a function that stops handing messages back. */
export async function readMailbox(channel: ConfirmChannel, options: MailboxOptions): Promise<() => void> {
  let held: ConsumeMessage | null = null;
  const handedBack: Buffer[] = [];

  const take = async (message: ConsumeMessage): Promise<void> => {
    const known = message.fields.redelivered ? handedBack.findIndex((content) => content.equals(message.content)) : -1;
    if (known >= 0) {
      handedBack.splice(known, 1);
      // Something newer may have come in between; then that is held.
      if (held === null) held = message;
      else channel.ack(message);
      return;
    }
    const older = held;
    held = message;
    if (await options.onMessage(message.content)) {
      if (older !== null) channel.ack(older);
      return;
    }
    if (held === message) held = older;
    channel.nack(message, false, false);
  };

  await channel.consume(options.queue, (message) => {
    if (message === null) options.onDeleted();
    // The channel may have closed meanwhile; its session ends by itself.
    else void take(message).catch(() => undefined);
  });
  const timer = setInterval(() => {
    if (held === null) return;
    const message = held;
    held = null;
    handedBack.push(message.content);
    // One that a newer message drove out of the mailbox never returns.
    if (handedBack.length > handedBackMax) handedBack.shift();
    try {
      channel.nack(message, false, true);
    } catch {
      clearInterval(timer);
    }
  }, options.refreshMs);
  timer.unref();
  return () => clearInterval(timer);
}
