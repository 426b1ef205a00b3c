import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { amqp } from '../../agent/transports/amqp/amqp.ts';
import { createIdentity } from '../../agent/transports/keys.ts';
import type { AgentLink, LinkState, ReconcilerLink } from '../../agent/transports/transport.ts';
import { addressOf, bytesOf, textOf } from '../transports/samples.ts';
import { hasRabbitProgram, ownRabbit, type OwnRabbit } from './rabbitmq.ts';

describe.skipIf(!await hasRabbitProgram())('a RabbitMQ in trouble [needs: rabbitmq-server in /usr/lib/rabbitmq/bin]', () => {
  const { installation } = createIdentity();
  const address = addressOf();
  const heard = { assignments: [] as string[], reports: [] as string[], far: [] as LinkState[], near: [] as LinkState[] };
  let handling: Promise<void> | undefined;
  let rabbit: OwnRabbit;
  let far: ReconcilerLink;
  let near: AgentLink;

  beforeAll(async () => {
    rabbit = await ownRabbit();
    const common = { url: rabbit.url, installation, messageBytesMax: 1_000, onRefused: () => undefined };
    far = await amqp.connectReconciler({
      ...common,
      shards: [address.shard],
      onState: (state) => heard.far.push(state),
      onReport: (message) => {
        heard.reports.push(textOf(message));
        return handling;
      },
    });
    near = await amqp.connectAgent({
      ...common, address, onState: (state) => heard.near.push(state), onAssignment: (message) => heard.assignments.push(textOf(message)),
    });
    await connected();
  });
  afterAll(async () => {
    await Promise.all([far.close(), near.close()]);
    await rabbit.stop();
  });

  const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 90_000, interval: 20 });
  const connected = (): Promise<void> => soon(() => {
    expect(heard.far.at(-1)).toEqual({ connected: true });
    expect(heard.near.at(-1)).toEqual({ connected: true });
  });

  test('a broker short of memory is a state; what waited arrives when it has room again', async () => {
    await rabbit.control('set_vm_memory_high_watermark', 'absolute', '1');
    // The broker says so to whoever sends, and leaves what was sent unread.
    const unconfirmed = Promise.allSettled([far.assign(address, bytesOf('during the alarm')), near.report(bytesOf('during the alarm'))]);
    await soon(() => {
      expect(heard.far.at(-1)).toEqual({ connected: false, reason: expect.stringMatching(/takes no messages.*memory/) as string });
      expect(heard.near.at(-1)).toEqual({ connected: false, reason: expect.stringMatching(/takes no messages.*memory/) as string });
    });
    await expect(far.assign(address, bytesOf('1'))).rejects.toThrow(/takes no messages/);
    await near.report(bytesOf('newest'));
    await rabbit.control('set_vm_memory_high_watermark', '0.4');
    await connected();
    await soon(() => expect(heard.reports).toContain('newest'));
    await unconfirmed;
    await far.assign(address, bytesOf('after the alarm'));
    await soon(() => expect(heard.assignments.at(-1)).toBe('after the alarm'));
  });

  test('a broker that was killed gives back what it had taken', async () => {
    await far.assign(address, bytesOf('before the kill'));
    await soon(() => expect(heard.assignments.at(-1)).toBe('before the kill'));
    handling = new Promise(() => undefined);
    await near.report(bytesOf('being handled'));
    await soon(() => expect(heard.reports.at(-1)).toBe('being handled'));
    handling = undefined;

    await rabbit.kill();
    await soon(() => expect([heard.far.at(-1)?.connected, heard.near.at(-1)?.connected]).toEqual([false, false]));
    await expect(far.assign(address, bytesOf('while it was down'))).rejects.toThrow(/not connected/);
    await near.report(bytesOf('while it was down'));
    await rabbit.start();
    await connected();

    await soon(() => expect(heard.assignments.slice(-2)).toEqual(['before the kill', 'before the kill']));
    await soon(() => expect(heard.reports.filter((text) => text === 'being handled')).toHaveLength(2));
    await soon(() => expect(heard.reports).toContain('while it was down'));
    await far.assign(address, bytesOf('asserted again'));
    await soon(() => expect(heard.assignments.at(-1)).toBe('asserted again'));
  });
});
