/** The main stories again over brokers that are not ours: scale, roll-out, a killed agent, and a broker that goes away. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallationId, MemberId } from '../../schemas/ids.ts';
import { openIdentity } from '../../reconciler/platform/identity.ts';
import { hasMosquitto, hasRabbit, mosquittoBroker, rabbitBroker, type TestBroker } from '../transports/brokers.ts';
import { startPlatform, type Platform } from './harness/platform.ts';
import { canSeeProcesses, signal } from './harness/processes.ts';
import { openWorkplace, type Workplace } from './harness/repository.ts';
import { requestLoop, type Loop } from './harness/requests.ts';
import { agentOf, nothingDoubled, pidsByMember } from './harness/seats.ts';
import { timed } from './harness/told.ts';

const rabbit = canSeeProcesses && await hasRabbit();
const mosquitto = canSeeProcesses && await hasMosquitto();

describe.skipIf(!rabbit)('over AMQP [needs: RabbitMQ at STRATOS_TEST_AMQP_URL]', () => { stories('amqp', rabbitBroker); });
describe.skipIf(!mosquitto)('over MQTT [needs: Mosquitto as a program]', () => { stories('mqtt', mosquittoBroker); });

function stories(name: string, startBroker: () => Promise<TestBroker>): void {
  let broker: TestBroker;
  let platform: Platform;
  let loop: Loop;
  const places: Workplace[] = [];
  const open = async (repository: string): Promise<Workplace> => {
    const place = await openWorkplace(platform.repository(repository));
    places.push(place);
    return place;
  };
  const everBeen = new Set<MemberId>();
  const noteMembers = async (): Promise<void> => { for (const { id } of await platform.api.members()) everBeen.add(id as MemberId); };
  const rolledOut = async (commit: string): Promise<void> => {
    await platform.until(`web is at ${commit}`, async () => {
      const members = await platform.api.members('web');
      return members.length === 2 && members.every((member) => member.status === 'active' && member.serving === 'yes' && member.artifacts[0]?.commit === commit);
    });
    await platform.isUp();
  };

  beforeAll(async () => {
    broker = await startBroker();
    platform = await startPlatform({ environment: { STRATOS_BROKER_URL: brokerUrl(broker) } });
    loop = requestLoop(platform.shopUrl);
    await noteMembers();
  });
  afterAll(async () => {
    await loop?.stop();
    places.forEach((place) => place.close());
    if (platform) {
      const identity = openIdentity(platform.dataDirectory);
      await platform.end();
      await broker.cleanUp(identity, [...everBeen]);
    }
    await broker?.stop();
  });

  it('scales with a push and back with a revert', async () => {
    expect((await platform.api.status())?.brokers).toMatchObject([{ name, connected: true }]);
    const definitions = await open('definitions');
    await definitions.push({ 'shop.yaml': (text) => text.replace('min: 2', 'min: 4') });
    await timed(`${name}: from push to four web members`, () => platform.until('four web members, each sent requests', async () => {
      const members = (await platform.api.members('web')).filter(({ serving }) => serving === 'yes');
      return members.length === 4 && members.every(({ id }) => (loop.count('web', 'member').get(id) ?? 0) > 0);
    }));
    await noteMembers();
    await definitions.revert();
    await platform.until('two web members', async () => (await platform.api.members('web')).length === 2);
    await platform.isUp();
    expect(loop.failures).toEqual([]);
  });

  it('rolls new code out, also when the broker is away in the middle of it', async () => {
    const before = Object.keys(pidsByMember(platform));
    const web = await open('web');
    await rolledOut(await web.push({ 'page.mjs': (text) => text.replace('The shop is open', 'Second edition') }));
    const commit = await web.push({ 'page.mjs': (text) => text.replace('Second edition', 'Third edition') });
    await platform.until('it has begun', async () => (await platform.api.members('web')).some((member) => member.serving !== 'yes' || member.artifacts[0]?.commit === commit));
    await broker.goAway();
    await platform.until('the loss is told', async () => (await platform.api.status())?.brokers[0]?.connected === false);
    await broker.comeBack();
    await timed(`${name}: from the return of the broker to the end of the roll-out`, () => rolledOut(commit));
    expect(Object.keys(pidsByMember(platform))).toEqual(before);
    expect(loop.failures).toEqual([]);
  });

  it('replaces a killed agent, and survives a killed reconciler', async () => {
    const [member] = await platform.api.members('web');
    signal(agentOf(platform, member!.id), 'SIGKILL');
    await timed(`${name}: from a killed agent to its successor`, () => platform.until('its successor', async () =>
      (await platform.api.members('web')).some((one) => one.slot === member!.slot && one.incarnation === member!.incarnation + 1 && one.serving === 'yes')));
    await noteMembers();
    await platform.isUp();
    const before = pidsByMember(platform);
    await platform.killPart('reconciler');
    await platform.until('the broker is connected', async () => (await platform.api.status())?.brokers[0]?.connected);
    await platform.isUp();
    expect(pidsByMember(platform)).toEqual(before);
    await nothingDoubled(platform);
    expect(loop.failures).toEqual([]);
  });
}

/** The same for every user: who may use these brokers is not asked. */
function brokerUrl(broker: TestBroker): string {
  return broker.url({ installation: '' as InstallationId } as Parameters<TestBroker['url']>[0], 'reconciler');
}
