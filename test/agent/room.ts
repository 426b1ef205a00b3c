/** Members and bundle servers of one test file: started on demand, all ended after each test. */

import { afterEach, beforeEach } from 'vitest';
import { startBundleServer, type BundleServer } from './bundles.ts';
import { TestMember, type MemberOptions } from './member.ts';

export interface Room {
  bundles: BundleServer;
  start(options?: Partial<MemberOptions>): Promise<TestMember>;
  /** Called after the test, before the members end. */
  after(end: () => Promise<unknown> | void): void;
}

export function useRoom(): Room {
  const members: TestMember[] = [];
  const ends: (() => Promise<unknown> | void)[] = [];
  const room = {
    start: async (options: Partial<MemberOptions> = {}) => {
      const member = await TestMember.start({ artifactsUrl: room.bundles.url, ...options });
      members.push(member);
      return member;
    },
    after: (end: () => Promise<unknown> | void) => void ends.push(end),
  } as Room;
  beforeEach(async () => {
    room.bundles = await startBundleServer();
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    await Promise.all(members.splice(0).map((member) => member.close()));
    await room.bundles.close();
  });
  return room;
}
