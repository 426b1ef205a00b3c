/** How a member's address is spelt on a broker: words in one order, so that a prefix is always an installation. */

import type { InstallationId } from '../../schemas/ids.ts';
import { shardCount } from '../../schemas/messages/envelope.ts';
import type { MemberAddress } from './transport.ts';

/** AMQP holds names and routing keys in 255 bytes. */
const keyBytesMax = 220;

/**
 * Installation, shard, tenant, application, cluster, member.
 * @throws TypeError when one of them is not a word, or all of them are too long together.
 */
export function addressWords(installation: InstallationId, to: MemberAddress): readonly string[] {
  if (!Number.isInteger(to.shard) || to.shard < 0 || to.shard >= shardCount) throw new TypeError(`no such shard: ${to.shard}`);
  const words = [word(installation), String(to.shard), word(to.tenant), word(to.application), word(to.cluster), word(to.member)];
  const bytes = words.join('.').length;
  if (bytes > keyBytesMax) throw new TypeError(`the address of ${to.member} has ${bytes} characters, at most ${keyBytesMax} fit`);
  return words;
}

/** @throws TypeError when the text could mean more than itself in a routing key or topic. */
export function word(text: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new TypeError(`not a word for a routing key: ${JSON.stringify(text)}`);
  return text;
}
