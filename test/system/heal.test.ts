/** What is killed comes back in its slot, nothing is doubled, and the shop is served wherever somebody is left to serve it. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Member } from '../../schemas/api/bodies.generated.ts';
import { startPlatform, type Platform } from './harness/platform.ts';
import { canSeeProcesses, memberProcesses, signal } from './harness/processes.ts';
import { fetchPage, requestLoop, type Loop } from './harness/requests.ts';
import { agentOf, nothingDoubled, pidsByMember, workloadOf } from './harness/seats.ts';
import { tell, timed } from './harness/told.ts';

describe.skipIf(!canSeeProcesses)('members that die [needs: the /proc of Linux]', () => {
  let platform: Platform;
  let loop: Loop;
  beforeAll(async () => { platform = await startPlatform(); });
  beforeEach(() => { loop = requestLoop(platform.shopUrl); });
  afterEach(async () => {
    await loop.stop();
    await platform.isUp();
    await nothingDoubled(platform);
  });
  afterAll(() => platform?.end());

  const webMember = async (slot: number): Promise<Member> => {
    const member = (await platform.api.members('web')).find((one) => one.slot === slot);
    if (!member) throw new Error(`no web member in slot ${slot}`);
    return member;
  };

  /** The next life in the slot serves. */
  const successor = (of: Member): Promise<Member> => platform.until(`a successor of ${of.id}`, async () =>
    (await platform.api.members('web')).find((one) => one.slot === of.slot && one.incarnation > of.incarnation && one.status === 'active' && one.serving === 'yes'));

  it('a workload: its agent starts it again, or its slot gets the next life', async () => {
    const member = await webMember(0);
    const pid = workloadOf(platform, member.id);
    const others = Object.entries(pidsByMember(platform)).filter(([id]) => id !== member.id);
    signal(pid, 'SIGKILL');
    await timed('from a killed workload to another one that serves', () => platform.until('another workload serves', async () => {
      const there = (await platform.api.members('web')).find((one) => one.slot === 0 && one.status === 'active' && one.serving === 'yes');
      const running = memberProcesses(platform.dataDirectory).find((one) => one.member === there?.id && one.role === 'workload');
      return running !== undefined && running.pid !== pid;
    }));
    expect(Object.entries(pidsByMember(platform)).filter(([id]) => others.some(([other]) => other === id))).toEqual(others);
    await loop.stop();
    expect(loop.failures).toEqual([]);
  });

  it('an agent, three times in a row: the same slot, the next incarnation', async () => {
    for (let time = 1; time <= 3; time += 1) {
      const member = await webMember(1);
      const workload = workloadOf(platform, member.id);
      signal(agentOf(platform, member.id), 'SIGKILL');
      const next = await timed(`from a killed agent to its successor, time ${time}`, () => successor(member));
      expect(next.incarnation).toBe(member.incarnation + 1);
      expect(memberProcesses(platform.dataDirectory).some(({ pid }) => pid === workload)).toBe(false);
    }
    await loop.stop();
    expect(loop.failures).toEqual([]);
  });

  it('all members at once', async () => {
    await loop.stop();
    const before = await platform.api.members();
    for (const { pid } of memberProcesses(platform.dataDirectory)) signal(pid, 'SIGKILL');
    await timed('from all members killed to a settled shop', async () => {
      await platform.until('all members are others', async () => {
        const now = await platform.api.members();
        return now.length === 5 && now.every((member) => member.status === 'active' && !before.some(({ id }) => id === member.id));
      });
      await platform.isUp();
    });
    expect((await fetchPage(platform.shopUrl)).heading).toBe('The shop is open');
    for (const member of await platform.api.members()) {
      const old = before.find(({ id }) => id.split('-')[1] === member.id.split('-')[1] && id.split('-')[2] === member.id.split('-')[2]);
      expect(member.incarnation).toBe((old?.incarnation ?? 0) + 1);
    }
  });

  it('an agent that only falls silent is replaced by its silence', async () => {
    const member = await webMember(0);
    const pid = agentOf(platform, member.id);
    signal(pid, 'SIGSTOP');
    await timed('from a stopped agent to its successor', () => successor(member));
    expect(memberProcesses(platform.dataDirectory).filter((one) => one.member === member.id)).toEqual([]);
    await loop.stop();
    tell('requests that failed while a stopped agent was still in the table', String(loop.failures.length));
  });
});
