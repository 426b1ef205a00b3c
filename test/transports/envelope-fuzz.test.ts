import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openAssignment, openReport, refusalReasons, sealAssignment, sealReport } from '../../agent/transports/envelope.ts';
import { createIdentity, memberKeys } from '../../agent/transports/keys.ts';
import { assignment, bytesOf, member, report, textOf, time } from './samples.ts';

const identity = createIdentity();
const keys = memberKeys(identity, member);
const goodAssignment = sealAssignment(assignment(), identity, { member, shard: 7, sequence: 1, epoch: 3, time });
const goodReport = sealReport(report(), keys, { shard: 7, sequence: 1, time });

const ends = [
  { name: 'openAssignment', good: goodAssignment, open: (bytes: Uint8Array) => openAssignment(bytes, keys, { newest: null, last: null }) },
  { name: 'openReport', good: goodReport, open: (bytes: Uint8Array) => openReport(bytes, { installation: identity.installation, keyOf: () => keys.memberKey, lastSequenceOf: () => null }) },
];

/** The same message in other bytes (white space, escapes) is the same message. */
const sameValue = (bytes: Uint8Array, good: Uint8Array): boolean => {
  try {
    return isDeepStrictEqual(JSON.parse(textOf(bytes)), JSON.parse(textOf(good)));
  } catch {
    return false;
  }
};

describe.each(ends)('$name', ({ good, open }) => {
  const expectRefused = (bytes: Uint8Array): void => {
    const opened = open(bytes);
    if (opened.ok) expect(sameValue(bytes, good), `accepted ${textOf(bytes)}`).toBe(true);
    else expect(refusalReasons).toContain(opened.reason);
  };

  test('accepts the message that the mutants are made of', () => {
    expect(open(good)).toMatchObject({ ok: true });
  });

  test('refuses any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => { expect(open(bytes).ok).toBe(false); }), { numRuns: 300 });
  });

  test('refuses any JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => { expect(open(bytesOf(text)).ok).toBe(false); }), { numRuns: 300 });
  });

  test('refuses any envelope with another value in one of its members', () => {
    const envelope = JSON.parse(textOf(good)) as Record<string, unknown>;
    const names = fc.constantFrom(...Object.keys(envelope), '__proto__', 'constructor', 'toString');
    fc.assert(fc.property(names, fc.jsonValue(), (name, value) => {
      const changed = new Map(Object.entries(envelope)).set(name, value);
      const text = `{${[...changed].map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member)}`).join(',')}}`;
      expectRefused(bytesOf(text));
    }), { numRuns: 500 });
  });

  test('refuses it with bytes changed, cut, doubled or put in', () => {
    const place = fc.nat(good.length - 1);
    fc.assert(fc.property(place, place, fc.uint8Array({ maxLength: 8 }), (from, to, insert) => {
      expectRefused(Buffer.concat([good.subarray(0, from), insert, good.subarray(to)]));
    }), { numRuns: 1_000 });
    fc.assert(fc.property(place, fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      expectRefused(bytes);
    }), { numRuns: 1_000 });
  });

  test('refuses a deep nest without running out of stack', () => {
    for (const [left, right] of [['[', ']'], ['{"a":', '}']] as const) {
      const depth = 60_000 / (left.length + right.length);
      expect(open(bytesOf(left.repeat(depth) + (left === '[' ? '' : '1') + right.repeat(depth))).ok).toBe(false);
      const inside = textOf(good).replace('"data":', `"data":${left.repeat(8_000)}${left === '[' ? '' : '1'}${right.repeat(8_000)},"rest":`);
      expect(open(bytesOf(inside))).toMatchObject({ ok: false, reason: 'garbage' });
    }
  });
});
