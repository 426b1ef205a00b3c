/** The rules that stand in values alone: URLs, credentials, addresses, packs, differences. */

import { deflateSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tenantName, type ObjectId } from '../../schemas/ids.ts';
import type { GitRepository, GitTreeEntry } from '../../reconciler/contracts/git.ts';
import { addressRefusal } from '../../reconciler/git/address.ts';
import { selectCredential } from '../../reconciler/git/credentials.ts';
import { diffTrees, objectIdOf, parseRemoteUrl, shownUrl } from '../../reconciler/git/index.ts';
import { checkPack } from '../../reconciler/git/isomorphic/pack.ts';
import { failureCode } from './failures.ts';
import { listed } from './listed.ts';

describe('remote URLs', () => {
  test.each([
    ['https://Example.COM/Acme/shop.git', 'https://example.com/Acme/shop.git'],
    ['https://example.com:8443/a', 'https://example.com:8443/a'],
    ['https://example.com:443/a/../b', 'https://example.com/b'],
    ['http://[2001:DB8::1]:80/a', 'http://[2001:db8::1]/a'],
    ['ssh://git@example.com/a.git', 'ssh://example.com/a.git'],
    ['git@example.com:acme/shop.git', 'ssh://example.com/acme/shop.git'],
    ['https://exämple.com/a', 'https://xn--exmple-cua.com/a'],
  ])('%s is shown as %s', (text, shown) => {
    expect(shownUrl(parseRemoteUrl(text))).toBe(shown);
  });

  test.each(['https://example.com/a%2e%2e/b', 'https://example.com/a%2Fb', 'https://example.com/a\\b', 'https://example.com/a b', 'https://example.com/a?b', 'https://example.com/a#b',
    'https://', 'x'.repeat(10_000), `https://example.com/${'x'.repeat(3_000)}`, 'git@-oProxyCommand:x', '-x@host:path', 'git@host:-x', 'git@host:a/../b', 'ssh://-x@host/y'])('%j is refused', (text) => {
    expect(() => parseRemoteUrl(text)).toThrow(expect.objectContaining({ code: 'refused' }));
  });

  test('whatever is thrown at it, it answers with a URL or a refusal', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl({ withFragments: true, withQueryParameters: true })), (text) => {
      try {
        expect(parseRemoteUrl(text).href).not.toMatch(/^-|::/);
      } catch (error) {
        expect(error).toMatchObject({ code: 'refused' });
      }
    }));
  });
});

describe('credentials', () => {
  const [acme, globex] = [tenantName('acme'), tenantName('globex')];
  const credentials = [
    { tenant: acme, credential: { urlPrefix: 'https://example.com/acme', username: 'wide' } },
    { tenant: acme, credential: { urlPrefix: 'https://example.com/acme/deep/', username: 'deep' } },
    { tenant: globex, credential: { urlPrefix: 'https://example.com/', username: 'globex' } },
    { tenant: null, credential: { urlPrefix: 'https://example.com/', username: 'platform' } },
  ];

  test.each([
    ['https://example.com/acme/shop.git', acme, 'wide'],
    ['https://example.com/acme/deep/shop.git', acme, 'deep'],
    ['https://example.com/acme', acme, 'wide'],
    ['https://example.com/acme2/shop.git', acme, undefined],
    ['https://example.com/acme/../other/shop.git', acme, undefined],
    ['http://example.com/acme/shop.git', acme, undefined],
    ['https://example.com:444/acme/shop.git', acme, undefined],
    ['https://example.com.evil/acme/shop.git', acme, undefined],
    ['https://example.com/acme/shop.git', globex, 'globex'],
    ['https://example.com/acme/shop.git', null, 'platform'],
    ['https://example.com/acme/shop.git', tenantName('third'), undefined],
  ])('%s of %s gets %s', (url, tenant, username) => {
    expect(selectCredential({ url, tenant, credentials })?.username).toBe(username);
  });
});

test.each([
  ['169.254.169.254', true], ['::ffff:169.254.169.254', true], ['::ffff:a9fe:a9fe', true], ['0:0:0:0:0:ffff:a9fe:a9fe', true], ['64:ff9b::169.254.169.254', true],
  ['2002:a9fe:a9fe::1', true], ['::169.254.169.254', true], ['fe80::1%eth0', true], ['fd00:ec2::254', true], ['0.0.0.0', true], ['::', true], ['255.255.255.255', true],
  ['ff02::1', true], ['127.0.0.1', true], ['::1', true], ['::ffff:127.0.0.1', true], ['nonsense', true],
  ['93.184.216.34', false], ['10.0.0.1', false], ['2001:db8::1', false], ['::ffff:93.184.216.34', false], ['64:ff9b::5db8:d822', false],
])('the address %s is refused: %s', (address, isRefused) => {
  expect(addressRefusal(address, { loopback: 'refuse' }) !== null).toBe(isRefused);
});

describe('packs', () => {
  function pack(objects: readonly Buffer[], count = objects.length): Buffer {
    const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
    header.writeUInt32BE(count, 8);
    const body = Buffer.concat([header, ...objects]);
    return Buffer.concat([body, createHash('sha1').update(body).digest()]);
  }

  function object(type: number, size: number, data: Buffer): Buffer {
    const header = [(type << 4) | (size & 15)];
    for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
      header.push((header.pop() ?? 0) | 0x80, rest & 127);
    }
    return Buffer.concat([Buffer.from(header), deflateSync(data)]);
  }

  const blob = Buffer.from('hello '.repeat(50));

  test('a sound pack is counted', async () => {
    expect(await checkPack(pack([object(3, blob.length, blob), object(3, 0, Buffer.alloc(0))]))).toBe(2);
  });

  test.each([
    ['a wrong checksum', () => Buffer.concat([pack([object(3, blob.length, blob)]).subarray(0, -1), Buffer.from([0])])],
    ['a smaller size than it inflates to', () => pack([object(3, 3, blob)])],
    ['a larger size than it inflates to', () => pack([object(3, 3_000, blob)])],
    ['fewer objects than it says', () => pack([object(3, blob.length, blob)], 2)],
    ['more objects than it says', () => pack([object(3, blob.length, blob), object(3, blob.length, blob)], 1)],
    ['an unknown type', () => pack([object(5, blob.length, blob)])],
    ['no zlib', () => pack([Buffer.from([0x33, 1, 2, 3, 4, 5, 6])])],
    ['no header', () => Buffer.from('nothing at all, but long enough for one')],
    ['nothing', () => Buffer.alloc(0)],
  ])('%s is corrupt', async (_, make) => {
    expect(await failureCode(checkPack(make()))).toBe('corrupt');
  });

  test('a bomb is too large, said openly, hidden, or made by a delta', async () => {
    expect(await failureCode(checkPack(pack([object(3, 4 * 1024 ** 3, blob)])))).toBe('too-large');
    expect(await failureCode(checkPack(pack([object(3, 10, Buffer.alloc(64 * 1024 * 1024))])))).toBe('corrupt');
    const delta = Buffer.from([0x01, 0x80, 0x80, 0x80, 0x80, 0x10, 0x91, 0, 1]);
    const reference = Buffer.concat([Buffer.from([(7 << 4) | delta.length]), Buffer.alloc(20, 1), deflateSync(delta)]);
    expect(await failureCode(checkPack(pack([reference])))).toBe('too-large');
  });
});

test('a tree difference is what two flat listings differ in, and equal subtrees stay closed', async () => {
  type Folder = { readonly [name: string]: number | Folder };
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const { folder } = fc.letrec<{ folder: Folder }>((tie) => ({
    folder: fc.dictionary(name, fc.oneof({ depthSize: 'small' }, fc.nat(3), tie('folder')), { maxKeys: 4, noNullPrototype: true }),
  }));
  await fc.assert(fc.asyncProperty(folder, folder, async (before, after) => {
    const trees = new Map<ObjectId, readonly GitTreeEntry[]>();
    const store = (one: Folder): ObjectId => {
      const entries = Object.entries(one).toSorted().map(([entry, value]) => (typeof value === 'number'
        ? { name: entry, kind: 'file' as const, id: objectIdOf('blob', Buffer.from(String(value))) }
        : { name: entry, kind: 'tree' as const, id: store(value) }));
      const id = objectIdOf('tree', Buffer.from(JSON.stringify(entries)));
      trees.set(id, entries);
      return id;
    };
    const flat = (one: Folder, under = ''): [string, number][] => Object.entries(one)
      .flatMap(([entry, value]) => (typeof value === 'number' ? [[under + entry, value] as [string, number]] : flat(value, `${under}${entry}/`)));
    const opened: ObjectId[] = [];
    const repository = { tree: async (id: ObjectId) => {
      opened.push(id);
      return trees.get(id) ?? [];
    } } as unknown as GitRepository;
    const [from, to] = [store(before), store(after)];
    const changes = await listed(diffTrees(repository, from, to));
    const [old, current] = [new Map(flat(before)), new Map(flat(after))];
    const expected = [...new Set([...old.keys(), ...current.keys()])].filter((path) => old.get(path) !== current.get(path))
      .map((path) => [path, !old.has(path) ? 'added' : !current.has(path) ? 'removed' : 'changed']);
    expect(changes.map(({ path, change }) => [path, change]).toSorted()).toEqual(expected.toSorted());
    if (from === to) expect(opened).toEqual([]);
  }));
});
