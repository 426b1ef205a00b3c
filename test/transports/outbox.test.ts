import { describe, expect, test, vi } from 'vitest';
import { NewestOutbox } from '../../agent/transports/outbox.ts';
import { bytesOf, textOf } from './samples.ts';

/** A broker whose answers the test gives one by one. */
function slowBroker() {
  const sent: { text: string; settle: PromiseWithResolvers<void> }[] = [];
  const send = (message: Uint8Array): Promise<void> => {
    const settle = Promise.withResolvers<void>();
    sent.push({ text: textOf(message), settle });
    return settle.promise;
  };
  return { sent, send, texts: () => sent.map(({ text }) => text) };
}

describe('the outbox of an agent', () => {
  test('keeps the newest while there is no connection, and sends it when there is', async () => {
    const broker = slowBroker();
    const outbox = new NewestOutbox(broker.send, 0);
    for (const text of ['1', '2', '3']) await outbox.offer(bytesOf(text));
    expect(broker.texts()).toEqual([]);
    outbox.setConnected(true);
    expect(broker.texts()).toEqual(['3']);
    broker.sent[0]?.settle.resolve();
    await outbox.close();
  });

  test('sends one at a time; of those that come meanwhile the newest follows', async () => {
    const broker = slowBroker();
    const outbox = new NewestOutbox(broker.send, 0);
    outbox.setConnected(true);
    const offers = ['1', '2', '3'].map((text) => outbox.offer(bytesOf(text)));
    expect(broker.texts()).toEqual(['1']);
    broker.sent[0]?.settle.resolve();
    await vi.waitFor(() => expect(broker.texts()).toEqual(['1', '3']));
    broker.sent[1]?.settle.resolve();
    await Promise.all(offers);
    const after = outbox.offer(bytesOf('4'));
    await vi.waitFor(() => expect(broker.texts()).toEqual(['1', '3', '4']));
    broker.sent[2]?.settle.resolve();
    await after;
    await outbox.close();
  });

  test('sends again on the next connection what failed, unless something newer came', async () => {
    const broker = slowBroker();
    const outbox = new NewestOutbox(broker.send, 0);
    outbox.setConnected(true);
    const first = outbox.offer(bytesOf('1'));
    broker.sent[0]?.settle.reject(new Error('lost'));
    await first;
    outbox.setConnected(false);
    outbox.setConnected(true);
    expect(broker.texts()).toEqual(['1', '1']);
    const second = outbox.offer(bytesOf('2'));
    broker.sent[1]?.settle.reject(new Error('lost'));
    await second;
    outbox.setConnected(true);
    expect(broker.texts()).toEqual(['1', '1', '2']);
    broker.sent[2]?.settle.resolve();
    await outbox.close();
  });

  test('sends again by itself what failed, after a while', async () => {
    const broker = slowBroker();
    const outbox = new NewestOutbox(broker.send, 1);
    outbox.setConnected(true);
    const offer = outbox.offer(bytesOf('1'));
    broker.sent[0]?.settle.reject(new Error('nobody takes it'));
    await offer;
    await vi.waitFor(() => expect(broker.texts()).toEqual(['1', '1']));
    broker.sent[1]?.settle.resolve();
    await outbox.close();
  });

  test('takes nothing once it is closed, and sends nothing more', async () => {
    const broker = slowBroker();
    const outbox = new NewestOutbox(broker.send, 1);
    await outbox.offer(bytesOf('1'));
    await outbox.close();
    outbox.setConnected(true);
    expect(broker.texts()).toEqual([]);
    await expect(outbox.offer(bytesOf('2'))).rejects.toThrow(/closed/);
  });
});
