import { createHmac, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openAssignment, openReport, sealAssignment, sealReport, type AssignmentExpectations } from '../../agent/transports/envelope.ts';
import { AssignmentInbox, ReportInbox } from '../../agent/transports/inbox.ts';
import {
  createIdentity, identityMaterial, loadIdentity, loadMemberKeys, memberBrokerPassword, memberKeys, memberMaterial, reconcilerBrokerPassword,
} from '../../agent/transports/keys.ts';
import { sequenceOf, sequencer } from '../../agent/transports/sequence.ts';
import { canonicalJson } from '../../schemas/digest.ts';
import { messageBytesMax, type Envelope } from '../../schemas/messages/envelope.ts';
import { assignment, bytesOf, member, otherMember, report, textOf, time } from './samples.ts';

const identity = createIdentity();
const keys = memberKeys(identity, member);
const nothingSeen: AssignmentExpectations = { newest: null, last: null };
const stamp = { member, shard: 7, sequence: 1, epoch: 3, time };
const sealed = (changes = {}, stampChanges = {}): Uint8Array => sealAssignment(assignment(changes), identity, { ...stamp, ...stampChanges });
const sealedReport = (changes = {}, sequence = sequenceOf(2, 1)): Uint8Array => sealReport(report(changes), keys, { shard: 7, sequence, time });
const open = (bytes: Uint8Array, expected = nothingSeen): ReturnType<typeof openAssignment> => openAssignment(bytes, keys, expected);
const reasonOf = (opened: { ok: boolean }): unknown => ('reason' in opened ? opened.reason : 'ok');
const envelopeOf = (bytes: Uint8Array): Envelope => JSON.parse(textOf(bytes)) as Envelope;

/** An envelope signed again by the installation after a change: what a broken reconciler could send. */
function resigned(change: (envelope: Record<string, unknown>) => void): Uint8Array {
  const { signature: _, ...unsigned } = envelopeOf(sealed());
  change(unsigned);
  return bytesOf(JSON.stringify({ ...unsigned, signature: sign(null, bytesOf(canonicalJson(unsigned)), identity.signingKey).toString('base64url') }));
}

describe('assignments', () => {
  test('opens what was sealed for this member', () => {
    const opened = open(sealed());
    expect(opened).toMatchObject({ ok: true, body: assignment(), envelope: { specversion: '1.0', subject: member, epoch: 3, generation: 12, sequence: 1, shard: 7, id: '3-1' } });
  });

  test('names the reason for everything else', () => {
    const other = memberKeys(createIdentity(), member);
    expect(reasonOf(open(Buffer.alloc(messageBytesMax + 1, 0x20)))).toBe('too-large');
    expect(reasonOf(open(bytesOf('')))).toBe('garbage');
    expect(reasonOf(open(Buffer.from([0xff, 0xfe, 0x7b, 0x7d])))).toBe('garbage');
    expect(reasonOf(open(bytesOf('[]')))).toBe('garbage');
    expect(reasonOf(open(bytesOf('{}')))).toBe('unsigned');
    expect(reasonOf(open(bytesOf(JSON.stringify({ ...envelopeOf(sealed()), signature: '' }))))).toBe('unsigned');
    expect(reasonOf(open(bytesOf(JSON.stringify({ ...envelopeOf(sealed()), signature: 'short' }))))).toBe('bad-signature');
    expect(reasonOf(open(bytesOf(JSON.stringify({ ...envelopeOf(sealed()), sequence: 2 }))))).toBe('bad-signature');
    expect(reasonOf(open(bytesOf(JSON.stringify({ ...envelopeOf(sealed()), extra: 2 }))))).toBe('garbage');
    expect(reasonOf(openAssignment(sealed(), { ...keys, verifyingKey: other.verifyingKey }, nothingSeen))).toBe('bad-signature');
    expect(reasonOf(openAssignment(sealed(), other, nothingSeen))).toBe('wrong-installation');
    expect(reasonOf(openAssignment(sealed(), memberKeys(identity, otherMember), nothingSeen))).toBe('wrong-member');
    expect(reasonOf(open(sealedReport()))).toBe('wrong-type');
    expect(reasonOf(open(resigned((envelope) => { envelope['data'] = { duty: 'serve' }; })))).toBe('invalid-body');
    expect(reasonOf(open(resigned((envelope) => { envelope['generation'] = 13; })))).toBe('invalid-body');
    expect(reasonOf(open(resigned((envelope) => { envelope['epoch'] = 2; })))).toBe('invalid-body');
  });

  test('a signature has one spelling', () => {
    const envelope = envelopeOf(sealed());
    const last = envelope.signature.at(-1) ?? '';
    const twin = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('').find((letter) => letter !== last
      && Buffer.from(envelope.signature.slice(0, -1) + letter, 'base64url').equals(Buffer.from(envelope.signature, 'base64url')));
    expect(twin).toBeDefined();
    expect(reasonOf(open(bytesOf(JSON.stringify({ ...envelope, signature: envelope.signature.slice(0, -1) + twin }))))).toBe('bad-signature');
  });

  test('refuses replays and older generations, and takes an equal generation in a newer message', () => {
    const seen = { newest: { epoch: 3, counter: 12 }, last: { epoch: 3, sequence: 5 } };
    expect(reasonOf(open(sealed({}, { sequence: 5 }), seen))).toBe('replayed');
    expect(reasonOf(open(sealed({}, { sequence: 4 }), seen))).toBe('replayed');
    expect(reasonOf(open(sealed({}, { sequence: 6 }), seen))).toBe('ok');
    expect(reasonOf(open(sealed({ generation: { epoch: 3, counter: 11 } }, { sequence: 6 }), seen))).toBe('older-generation');
    expect(reasonOf(open(sealed({ generation: { epoch: 2, counter: 99 } }, { sequence: 6, epoch: 2 }), seen))).toBe('older-generation');
    expect(reasonOf(open(sealed({}, { sequence: 1, epoch: 4 }), seen))).toBe('ok');
  });

  test('the next lease term may send the generation of the one before, and then that one is fenced', () => {
    const inbox = new AssignmentInbox(keys, { epoch: 3, counter: 12 });
    expect(reasonOf(inbox.open(sealed({}, { sequence: 900 })))).toBe('ok');
    expect(reasonOf(inbox.open(sealed({}, { sequence: 1, epoch: 4 })))).toBe('ok');
    expect(reasonOf(inbox.open(sealed({ generation: { epoch: 3, counter: 13 } }, { sequence: 901 })))).toBe('older-generation');
    expect([...inbox.refused]).toEqual([['older-generation', 1]]);
  });

  test('a restarted agent that kept its generation gets the last assignment again, and none that is older', () => {
    const inbox = new AssignmentInbox(keys, { epoch: 3, counter: 12 });
    expect(reasonOf(inbox.open(sealed({ generation: { epoch: 3, counter: 11 } })))).toBe('older-generation');
    expect(reasonOf(inbox.open(sealed()))).toBe('ok');
    expect(reasonOf(inbox.open(sealed()))).toBe('replayed');
  });

  test('what is not valid or too large is not sealed', () => {
    expect(() => sealed({ duty: 'rest' })).toThrow(/assignment is not valid: \/duty/);
    expect(() => sealed({ environment: { BIG: 'x'.repeat(messageBytesMax) } })).toThrow(RangeError);
    expect(() => sealed({}, { epoch: 2 })).toThrow(/epoch 3 is not epoch 2/);
    expect(() => sealed({}, { time: 'today' })).toThrow(/envelope is not valid: \/time/);
  });
});

describe('reports', () => {
  const expected = { installation: identity.installation, keyOf: () => keys.memberKey, lastSequenceOf: () => null };

  test('opens what the member sealed, once', () => {
    const inbox = new ReportInbox(identity, () => true);
    expect(inbox.open(sealedReport())).toMatchObject({ ok: true, body: report() });
    expect(reasonOf(inbox.open(sealedReport()))).toBe('replayed');
    expect(reasonOf(inbox.open(sealedReport({}, sequenceOf(2, 2))))).toBe('ok');
    expect(reasonOf(inbox.open(sealedReport({}, sequenceOf(1, 4_000_000_000))))).toBe('replayed');
    expect(reasonOf(inbox.open(sealedReport({}, sequenceOf(3, 1))))).toBe('ok');
    expect([...inbox.refused]).toEqual([['replayed', 2]]);
  });

  test('each member has a sequence of its own, until it is forgotten', () => {
    const inbox = new ReportInbox(identity, () => true);
    const others = sealReport(report({ member: otherMember }), memberKeys(identity, otherMember), { shard: 7, sequence: 1, time });
    expect(reasonOf(inbox.open(sealedReport()))).toBe('ok');
    expect(reasonOf(inbox.open(others))).toBe('ok');
    inbox.forget(otherMember);
    expect(reasonOf(inbox.open(others))).toBe('ok');
    expect(reasonOf(inbox.open(sealedReport()))).toBe('replayed');
  });

  test('names the reason for everything else', () => {
    const forged = sealReport(report(), { ...keys, memberKey: memberKeys(identity, otherMember).memberKey }, { shard: 7, sequence: 9, time });
    expect(reasonOf(openReport(forged, expected))).toBe('bad-signature');
    expect(reasonOf(openReport(sealed(), expected))).toBe('wrong-type');
    expect(reasonOf(openReport(sealedReport(), { ...expected, keyOf: () => null }))).toBe('wrong-member');
    expect(reasonOf(new ReportInbox(createIdentity(), () => true).open(sealedReport()))).toBe('wrong-installation');
    expect(reasonOf(new ReportInbox(identity, () => false).open(sealedReport()))).toBe('wrong-member');
    expect(reasonOf(openReport(bytesOf(textOf(sealedReport()).replace('"yes"', '"no(draining)"')), expected))).toBe('bad-signature');
  });

  test('an infinite number is not passed off as one that is missing', () => {
    const bytes = bytesOf(textOf(sealedReport({ applied: null })).replace('"applied":null', '"applied":1e400'));
    expect(reasonOf(openReport(bytes, expected))).toBe('invalid-body');
  });

  test('keys that mean something to the language are refused, and change nothing', () => {
    const metadata = JSON.parse('{"__proto__": "polluted"}') as Record<string, string>;
    expect(() => sealedReport({ metadata })).toThrow(/not valid/);
    const hostile = textOf(sealedReport()).replace('"specversion"', '"__proto__":{"polluted":"yes"},"specversion"');
    expect(reasonOf(openReport(bytesOf(hostile), expected))).toBe('garbage');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('what is not valid or another member\'s is not sealed', () => {
    expect(() => sealedReport({ member: otherMember })).toThrow(/reports for itself only/);
    expect(() => sealedReport({ health: { ...report().health, loadAverage: Number.NaN } })).toThrow(/\/health\/loadAverage/);
  });

  test('the detail of a refusal is printable and short', () => {
    const metadata = { [`\u001b[31m${'k'.repeat(250)}`]: 7 };
    const { signature: _, ...unsigned } = envelopeOf(sealedReport());
    const changed = { ...unsigned, data: { ...report(), metadata } };
    const bytes = bytesOf(JSON.stringify({ ...changed, signature: Buffer.from(hmacOf(changed)).toString('base64url') }));
    const opened = openReport(bytes, expected);
    expect(opened).toMatchObject({ ok: false, reason: 'invalid-body' });
    expect('detail' in opened && /^[\x20-\x7e]{1,200}$/.test(opened.detail)).toBe(true);
  });
});

function hmacOf(value: unknown): Buffer {
  return createHmac('sha256', keys.memberKey).update(canonicalJson(value)).digest();
}

describe('keys', () => {
  test('an identity and a member\'s keys survive being written down', () => {
    const again = loadIdentity(JSON.parse(JSON.stringify(identityMaterial(identity))) as ReturnType<typeof identityMaterial>);
    const agent = loadMemberKeys(JSON.parse(JSON.stringify(memberMaterial(again, member))) as ReturnType<typeof memberMaterial>);
    expect(openAssignment(sealAssignment(assignment(), again, stamp), agent, nothingSeen).ok).toBe(true);
    expect(new ReportInbox(identity, () => true).open(sealReport(report(), agent, { shard: 7, sequence: 1, time })).ok).toBe(true);
  });

  test('a member holds nothing that belongs to another', () => {
    expect(memberMaterial(identity, member).memberKey).not.toBe(memberMaterial(identity, otherMember).memberKey);
    expect(Object.keys(memberMaterial(identity, member))).toEqual(['installation', 'member', 'verifyingKey', 'memberKey']);
    expect(new Set([memberBrokerPassword(identity, member), memberBrokerPassword(identity, otherMember), reconcilerBrokerPassword(identity), memberMaterial(identity, member).memberKey]).size).toBe(4);
  });

  test('prints no secret', () => {
    const { signingKey, master } = identityMaterial(identity);
    for (const text of [JSON.stringify(identity), String(identity.master), JSON.stringify(keys)]) {
      expect(text).not.toContain(signingKey);
      expect(text).not.toContain(master);
    }
  });

  test('material that is not whole is refused without being quoted', () => {
    const material = identityMaterial(identity);
    const failures = [{ ...material, master: 'c2hvcnQ' }, { ...material, signingKey: material.verifyingKey }, { ...material, verifyingKey: identityMaterial(createIdentity()).verifyingKey }, { ...material, installation: 'a.b' }];
    for (const bad of failures) {
      expect(() => loadIdentity(bad)).toThrow(TypeError);
      try { loadIdentity(bad); } catch (error) { expect(String(error)).not.toContain(bad.master); }
    }
    expect(() => loadMemberKeys({ ...memberMaterial(identity, member), verifyingKey: 'AAAA' })).toThrow(/join configuration/);
  });
});

describe('sequences', () => {
  test('go on over a restart', () => {
    const before = sequencer(4);
    before();
    const last = before();
    expect(last).toBe(sequenceOf(4, 2));
    expect(sequencer(5)()).toBeGreaterThan(last);
    expect(sequenceOf(2 ** 21 - 1, 2 ** 32 - 1)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('are never inexact', () => {
    expect(() => sequenceOf(2 ** 21, 0)).toThrow(RangeError);
    expect(() => sequenceOf(0, 2 ** 32)).toThrow(RangeError);
    expect(() => sequenceOf(-1, 0)).toThrow(RangeError);
    expect(() => sequenceOf(0.5, 0)).toThrow(RangeError);
  });
});
