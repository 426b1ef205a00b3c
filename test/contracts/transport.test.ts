import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createIdentity, type InstallationIdentity } from '../../agent/transports/keys.ts';
import type { AgentLink, LinkState, MemberAddress, ReconcilerLink } from '../../agent/transports/transport.ts';
import { embeddedBroker, hasMosquitto, hasRabbit, memoryBroker, mosquittoBroker, rabbitBroker, runToItsEnd, type TestBroker } from '../transports/brokers.ts';
import type { MemberId } from '../../schemas/ids.ts';
import { addressOf, bytesOf, member, otherMember, textOf } from '../transports/samples.ts';

const [mosquitto, rabbit] = await Promise.all([hasMosquitto(), hasRabbit()]);
const implementations = [
  { name: 'memory', available: true, needs: '', start: () => memoryBroker() },
  { name: 'mqtt on the embedded broker', available: true, needs: '', start: (identity: InstallationIdentity) => embeddedBroker(identity) },
  { name: 'amqp on RabbitMQ', available: rabbit, needs: ' [needs: RabbitMQ at STRATOS_TEST_AMQP_URL]', start: () => rabbitBroker() },
  { name: 'mqtt on Mosquitto', available: mosquitto, needs: ' [needs: Mosquitto as a program]', start: () => mosquittoBroker() },
];

/** Both ends of a link with what they have received. */
interface End {
  readonly got: string[];
  readonly refused: string[];
  readonly states: LinkState[];
}

for (const { name, available, needs, start } of implementations) {
  describe.skipIf(!available)(`transport contract: ${name}${needs}`, () => {
    const identities: InstallationIdentity[] = [];
    const links: (AgentLink | ReconcilerLink)[] = [];
    const mailboxes = new Set<MemberId>();
    let first: InstallationIdentity;
    let broker: TestBroker;
    let away = false;

    beforeAll(async () => {
      first = createIdentity();
      broker = await start(first);
    });
    const goAway = async (): Promise<void> => {
      away = true;
      await broker.goAway();
    };
    const comeBack = async (): Promise<void> => {
      away = false;
      await broker.comeBack();
    };
    afterEach(async () => {
      if (away) await comeBack();
      await Promise.all(links.splice(0).map((link) => link.close()));
      for (const identity of identities.splice(0)) await broker.cleanUp(identity, [...mailboxes]);
      mailboxes.clear();
    });
    afterAll(() => broker.stop());

    /** An installation of its own where the broker is shared: no test sees what another left. */
    const installation = (): InstallationIdentity => {
      const identity = broker.shared ? createIdentity() : first;
      identities.push(identity);
      return identity;
    };

    const reconciler = async (
      identity: InstallationIdentity, options: { shards?: number[]; bytesMax?: number; onReport?: (text: string) => Promise<void> | void } = {},
    ): Promise<ReconcilerLink & End> => {
      const end: End = { got: [], refused: [], states: [] };
      const link = await broker.transport.connectReconciler({
        url: broker.url(identity, 'reconciler'),
        installation: identity.installation,
        shards: options.shards ?? [7],
        messageBytesMax: options.bytesMax ?? 1_000,
        onState: (state) => end.states.push(state),
        onRefused: (why) => end.refused.push(why),
        onReport: (message) => {
          end.got.push(textOf(message));
          return options.onReport?.(textOf(message));
        },
      });
      links.push(link);
      const assign: ReconcilerLink['assign'] = (to, message) => {
        mailboxes.add(to.member);
        return link.assign(to, message);
      };
      return { ...link, assign, ...end };
    };

    const agent = async (
      identity: InstallationIdentity, address: MemberAddress, options: { bytesMax?: number; onAssignment?: (text: string) => void } = {},
    ): Promise<AgentLink & End> => {
      const end: End = { got: [], refused: [], states: [] };
      mailboxes.add(address.member);
      const link = await broker.transport.connectAgent({
        url: broker.url(identity, address.member),
        installation: identity.installation,
        address,
        messageBytesMax: options.bytesMax ?? 1_000,
        onState: (state) => end.states.push(state),
        onRefused: (why) => end.refused.push(why),
        onAssignment: (message) => {
          end.got.push(textOf(message));
          options.onAssignment?.(textOf(message));
        },
      });
      links.push(link);
      return { ...link, ...end };
    };

    const connected = (...ends: End[]): Promise<void> => vi.waitFor(() => {
      for (const end of ends) expect(end.states.at(-1)).toEqual({ connected: true });
    }, { timeout: 15_000, interval: 10 });
    const disconnected = (...ends: End[]): Promise<void> => vi.waitFor(() => {
      for (const end of ends) expect(end.states.at(-1)).toMatchObject({ connected: false, reason: /./ });
    }, { timeout: 15_000, interval: 10 });
    const got = (end: End, ...texts: string[]): Promise<void> => vi.waitFor(() => expect(end.got).toEqual(texts), { timeout: 15_000, interval: 10 });
    const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 10 });

    /** A member that no other test of this broker has used. */
    let members = 0;
    const fresh = (): MemberAddress => addressOf(`${member}-${++members}` as typeof member);

    test('an agent that comes late gets the last assignment, and only that', async () => {
      const identity = installation();
      const address = fresh();
      const far = await reconciler(identity);
      await connected(far);
      for (const text of ['1', '2', '3', '4', '5']) await far.assign(address, bytesOf(text));
      const near = await agent(identity, address);
      await got(near, '5');
      await far.assign(address, bytesOf('6'));
      await got(near, '5', '6');
      expect(near.refused).toEqual([]);
    });

    test('each newer assignment arrives, in order', async () => {
      const identity = installation();
      const address = fresh();
      const [far, near] = [await reconciler(identity), await agent(identity, address)];
      await connected(far, near);
      for (const text of ['1', '2', '3']) {
        await far.assign(address, bytesOf(text));
        await soon(() => expect(near.got.at(-1)).toBe(text));
      }
      expect(near.got).toEqual(['1', '2', '3']);
    });

    test('an agent that starts again gets its last assignment again', async () => {
      const identity = installation();
      const address = fresh();
      const [far, before] = [await reconciler(identity), await agent(identity, address)];
      await connected(far, before);
      await far.assign(address, bytesOf('1'));
      await far.assign(address, bytesOf('2'));
      await soon(() => expect(before.got.at(-1)).toBe('2'));
      await before.close();
      const after = await agent(identity, address);
      await got(after, '2');
    });

    test('reports arrive, and the next one waits for nothing but its own handler', async () => {
      const identity = installation();
      const handling = Promise.withResolvers<void>();
      const far = await reconciler(identity, { onReport: (text) => (text === 'slow' ? handling.promise : undefined) });
      const near = await agent(identity, fresh());
      await connected(far, near);
      await near.report(bytesOf('slow'));
      await soon(() => expect(far.got).toContain('slow'));
      // While a report is handled, the reconciler can still assign.
      await far.assign(fresh(), bytesOf('meanwhile'));
      await near.report(bytesOf('next'));
      handling.resolve();
      await soon(() => expect(far.got).toContain('next'));
      expect(far.refused).toEqual([]);
    });

    test('a reconciler that comes late gets the newest report', async () => {
      const identity = installation();
      const near = await agent(identity, addressOf(member, 'shop', 11));
      await connected(near);
      for (const text of ['1', '2']) await near.report(bytesOf(text));
      const far = await reconciler(identity, { shards: [11] });
      await soon(() => expect(far.got.at(-1)).toBe('2'));
    });

    test('a report whose handler throws is counted and does not come again', async () => {
      const identity = installation();
      const far = await reconciler(identity, { onReport: (text) => { if (text.startsWith('bad')) throw new Error(`no ${text}`); } });
      const near = await agent(identity, fresh());
      await connected(far, near);
      for (const text of ['bad 1', 'bad 2', 'good']) await near.report(bytesOf(text));
      await got(far, 'bad 1', 'bad 2', 'good');
      expect(far.refused).toEqual(['handler failed: no bad 1', 'handler failed: no bad 2']);
      expect(far.states.at(-1)).toEqual({ connected: true });
    });

    test('an assignment whose handler throws is counted, and the next one arrives', async () => {
      const identity = installation();
      const address = fresh();
      const far = await reconciler(identity);
      const near = await agent(identity, address, { onAssignment: (text) => { if (text === 'bad') throw new Error('no'); } });
      await connected(far, near);
      await far.assign(address, bytesOf('bad'));
      await soon(() => expect(near.refused).toEqual(['handler failed: no']));
      await far.assign(address, bytesOf('good'));
      await got(near, 'bad', 'good');
    });

    test('what is too large is not sent; what came too large is counted and not handed over', async () => {
      const identity = installation();
      const address = fresh();
      const [far, near] = [await reconciler(identity, { bytesMax: 3_000 }), await agent(identity, address, { bytesMax: 1_000 })];
      await connected(far, near);
      await expect(far.assign(address, Buffer.alloc(3_001, 'x'))).rejects.toThrow(RangeError);
      await expect(near.report(Buffer.alloc(1_001, 'x'))).rejects.toThrow(RangeError);
      await far.assign(address, Buffer.alloc(1_001, 'x'));
      await soon(() => expect(near.refused).toEqual(['too large: 1001 bytes, at most 1000 are taken']));
      await far.assign(address, bytesOf('small'));
      await got(near, 'small');

      const [strict, bold] = [await reconciler(identity, { shards: [9], bytesMax: 500 }), await agent(identity, addressOf(otherMember, 'shop', 9))];
      await connected(strict, bold);
      await bold.report(Buffer.alloc(501, 'x'));
      await bold.report(bytesOf('small'));
      await got(strict, 'small');
      expect(strict.refused).toEqual(['too large: 501 bytes, at most 500 are taken']);
    });

    test('a reconciler gets the reports of its shards, and of no other', async () => {
      const identity = installation();
      const [one, rest] = [await reconciler(identity, { shards: [1] }), await reconciler(identity, { shards: [2, 3] })];
      const agents = [];
      for (const shard of [1, 2, 3]) agents.push(await agent(identity, addressOf(`m-${shard}` as typeof member, 'shop', shard)));
      await connected(one, rest, ...agents);
      for (const [index, near] of agents.entries()) await near.report(bytesOf(`from ${index + 1}`));
      await soon(() => expect(rest.got.toSorted()).toEqual(['from 2', 'from 3']));
      await got(one, 'from 1');
    });

    test('two members never get each other\'s assignments', async () => {
      const identity = installation();
      const [mine, yours] = [fresh(), fresh()];
      const [far, me, you] = [await reconciler(identity), await agent(identity, mine), await agent(identity, yours)];
      await connected(far, me, you);
      await far.assign(mine, bytesOf('mine'));
      await far.assign(yours, bytesOf('yours'));
      await Promise.all([got(me, 'mine'), got(you, 'yours')]);
      expect([...me.got, ...you.got]).toEqual(['mine', 'yours']);
    });

    test('two installations on one broker never see each other', async () => {
      if (!broker.shared) {
        // This one belongs to one installation and lets no other in.
        const stranger = await reconciler(createIdentity());
        await soon(() => expect(stranger.states.at(-1)).toMatchObject({ connected: false, reason: expect.stringMatching(/username or password/) as string }));
        return;
      }
      const [mine, yours] = [installation(), installation()];
      const address = addressOf();
      const ends = [await reconciler(mine), await agent(mine, address), await reconciler(yours), await agent(yours, address)] as const;
      await connected(...ends);
      const [myFar, myNear, yourFar, yourNear] = ends;
      await myFar.assign(address, bytesOf('mine'));
      await yourFar.assign(address, bytesOf('yours'));
      await myNear.report(bytesOf('my report'));
      await yourNear.report(bytesOf('your report'));
      await Promise.all([got(myNear, 'mine'), got(yourNear, 'yours'), got(myFar, 'my report'), got(yourFar, 'your report')]);
      await myFar.forget(address);
      const again = await agent(yours, addressOf(otherMember));
      await yourFar.assign(addressOf(otherMember), bytesOf('still there'));
      await got(again, 'still there');
      expect(yourNear.got).toEqual(['yours']);
    });

    test('a forgotten mailbox is empty, and forgetting twice is nothing', async () => {
      const identity = installation();
      const address = fresh();
      const far = await reconciler(identity);
      await connected(far);
      await far.assign(address, bytesOf('old'));
      await far.forget(address);
      await far.forget(address);
      const near = await agent(identity, address);
      await connected(near);
      await far.assign(address, bytesOf('new'));
      await got(near, 'new');
      expect(near.refused).toEqual([]);
    });

    test('a member may be forgotten while its agent listens', async () => {
      const identity = installation();
      const address = fresh();
      const [far, near] = [await reconciler(identity), await agent(identity, address)];
      await connected(far, near);
      await far.assign(address, bytesOf('old'));
      await got(near, 'old');
      await far.forget(address);
      // A broker may end the mailbox's reader with it; the agent is back by itself, and a later assignment waits for it.
      await far.assign(address, bytesOf('new'));
      await got(near, 'old', 'new');
      expect(near.refused).toEqual([]);
    });

    test('after an outage both ends come back by themselves, and nothing is lost that is asserted again', async () => {
      const identity = installation();
      const address = fresh();
      const [far, near] = [await reconciler(identity), await agent(identity, address)];
      await connected(far, near);
      await far.assign(address, bytesOf('1'));
      await near.report(bytesOf('before'));
      await Promise.all([got(near, '1'), got(far, 'before')]);

      await goAway();
      await disconnected(far, near);
      await expect(far.assign(address, bytesOf('2'))).rejects.toThrow(/not connected/);
      await expect(far.forget(address)).rejects.toThrow(/not connected/);
      for (const text of ['stale 1', 'stale 2', 'newest']) await near.report(bytesOf(text));

      await comeBack();
      await connected(far, near);
      await soon(() => expect(far.got).toContain('newest'));
      expect(far.got.filter((text) => text.startsWith('stale'))).toEqual([]);
      if (broker.keepsMailboxes) await soon(() => expect(near.got).toEqual(['1', '1']));
      await far.assign(address, bytesOf('3'));
      await soon(() => expect(near.got.at(-1)).toBe('3'));
      await near.report(bytesOf('after'));
      await soon(() => expect(far.got.at(-1)).toBe('after'));
    });

    test('both ends may be set up while the broker is away', async () => {
      const identity = installation();
      const address = fresh();
      await goAway();
      const [far, near] = [await reconciler(identity), await agent(identity, address)];
      await disconnected(far, near);
      await near.report(bytesOf('early'));
      await comeBack();
      await connected(far, near);
      await far.assign(address, bytesOf('1'));
      await got(near, '1');
      // Whoever was back first.
      await soon(() => expect(far.got).toContain('early'));
    });

    test('a closed link takes nothing more, and may be closed while the broker is away', async () => {
      const identity = installation();
      const address = fresh();
      const [far, near] = [await reconciler(identity), await agent(identity, address)];
      await connected(far, near);
      await goAway();
      await disconnected(far, near);
      await Promise.all([far.close(), near.close()]);
      await expect(far.assign(address, bytesOf('1'))).rejects.toThrow(/closed/);
      await expect(near.report(bytesOf('1'))).rejects.toThrow(/closed/);
      await comeBack();
    });

    test('an address that is more than words is refused before anything is sent', async () => {
      const far = await reconciler(installation());
      await connected(far);
      for (const application of ['a.b', 'a/b', '#', '+', '*', '', 'a b']) {
        await expect(far.assign(addressOf(member, application), bytesOf('1'))).rejects.toThrow(TypeError);
      }
      await expect(far.assign(addressOf(member, 'shop', 64), bytesOf('1'))).rejects.toThrow(/no such shard/);
      await expect(far.assign(addressOf(member, 'x'.repeat(220)), bytesOf('1'))).rejects.toThrow(/at most/);
    });

    test('a process that closed its links ends', async () => {
      if (broker.transport.name === 'memory') return;
      const identity = installation();
      mailboxes.add(member);
      const output = await runToItsEnd(fileURLToPath(new URL('../transports/exchange-and-exit.ts', import.meta.url)), {
        installation: identity.installation, reconcilerUrl: broker.url(identity, 'reconciler'), agentUrl: broker.url(identity, member),
      });
      expect(output).toBe('assignment report');
    });
  });
}
