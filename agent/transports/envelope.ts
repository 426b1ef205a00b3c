/**
 * Sealing and opening of messages: both ends speak through here, whatever the broker.
 * An opened message is well-formed, signed by whom it must be, meant for us, new, and valid; anything else is a value
 * with a reason. Opening never throws, whatever the bytes are, and looks at cheap things first: size, JSON, envelope,
 * signature, replay, body.
 */

import { sign, timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../schemas/digest.ts';
import type { InstallationId, MemberId } from '../../schemas/ids.ts';
import type { Assignment } from '../../schemas/messages/assignment.ts';
import { compareGenerations, messageBytesMax, type Envelope, type Generation, type MessageType } from '../../schemas/messages/envelope.ts';
import type { Report } from '../../schemas/messages/report.ts';
import { parsed, problemOf } from './bodies.ts';
import { hmac, type InstallationIdentity, type MemberKeys } from './keys.ts';

export const refusalReasons = [
  'too-large', 'garbage', 'unsigned', 'wrong-type', 'wrong-installation', 'wrong-member',
  'bad-signature', 'replayed', 'older-generation', 'invalid-body',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export interface Refused {
  readonly ok: false;
  readonly reason: RefusalReason;
  /** One printable line, at most 200 characters, without any value of the message. */
  readonly detail: string;
}

export type Opened<Body> = { readonly ok: true; readonly envelope: Envelope<Body>; readonly body: Body } | Refused;

/** What a message is stamped with when it is sealed. */
export interface Stamp {
  readonly shard: number;
  /** From `sequence.ts`. */
  readonly sequence: number;
  /** RFC 3339. */
  readonly time: string;
}

export interface AssignmentStamp extends Stamp {
  readonly member: MemberId;
  /** The lease term of the replica that sends: not below that of the assignment's generation. Its sequence starts with it. */
  readonly epoch: number;
}

export interface AssignmentExpectations {
  /** The newest generation seen, also by earlier processes of this agent; null before the first. */
  readonly newest: Generation | null;
  /** The last message accepted by this process; null before the first. */
  readonly last: { readonly epoch: number; readonly sequence: number } | null;
}

export interface ReportExpectations {
  readonly installation: InstallationId;
  /** The key of a member, null for one that is not known here. */
  keyOf(member: MemberId): KeyObject | null;
  /** The sequence of the last report accepted from a member, null before the first. */
  lastSequenceOf(member: MemberId): number | null;
}

/**
 * Signs an assignment for one member.
 * @throws TypeError when the assignment is not valid, RangeError when the message would exceed 64 KiB.
 */
export function sealAssignment(
  assignment: Assignment, identity: Pick<InstallationIdentity, 'installation' | 'signingKey'>, stamp: AssignmentStamp,
): Uint8Array {
  demand(problemOf('assignment.schema.json', assignment), 'assignment');
  if (assignment.generation.epoch > stamp.epoch) throw new TypeError(`an assignment of epoch ${assignment.generation.epoch} is not epoch ${stamp.epoch}'s to send`);
  return seal({
    specversion: '1.0',
    id: `${stamp.epoch}-${stamp.sequence}`,
    source: `/${identity.installation}/reconciler`,
    type: 'stratos.assign.v1',
    subject: stamp.member,
    time: stamp.time,
    datacontenttype: 'application/json',
    installation: identity.installation,
    shard: stamp.shard,
    epoch: stamp.epoch,
    generation: assignment.generation.counter,
    sequence: stamp.sequence,
    data: assignment,
  }, (text) => sign(null, Buffer.from(text), identity.signingKey));
}

/**
 * Signs a report with the member's own key.
 * @throws TypeError when the report is not valid or not this member's, RangeError when the message would exceed 64 KiB.
 */
export function sealReport(report: Report, keys: Pick<MemberKeys, 'installation' | 'member' | 'memberKey'>, stamp: Stamp): Uint8Array {
  demand(problemOf('report.schema.json', report), 'report');
  if (report.member !== keys.member) throw new TypeError(`${keys.member} reports for itself only`);
  return seal({
    specversion: '1.0',
    id: String(stamp.sequence),
    source: `/${keys.installation}/members/${keys.member}`,
    type: 'stratos.report.v1',
    subject: keys.member,
    time: stamp.time,
    datacontenttype: 'application/json',
    installation: keys.installation,
    shard: stamp.shard,
    epoch: report.seen?.epoch ?? 0,
    generation: report.seen?.counter ?? 0,
    sequence: stamp.sequence,
    data: report,
  }, (text) => hmac(keys.memberKey, text));
}

/** Opens an assignment at the member that it must be for. An equal generation may come again, in a newer message. */
export function openAssignment(
  bytes: Uint8Array, keys: Pick<MemberKeys, 'installation' | 'member' | 'verifyingKey'>, expected: AssignmentExpectations,
): Opened<Assignment> {
  const envelope = openEnvelope(bytes, 'stratos.assign.v1', keys.installation);
  if ('reason' in envelope) return envelope;
  if (envelope.subject !== keys.member) return refuse('wrong-member', 'the assignment is for another member');

  const signature = Buffer.from(envelope.signature, 'base64url');
  // Comparing the encoding too leaves one spelling per signature: the last character has bits that decoding ignores.
  const intact = signature.toString('base64url') === envelope.signature
    && verify(null, Buffer.from(signedText(envelope)), keys.verifyingKey, signature);
  if (!intact) return refuse('bad-signature', 'the signature is not the installation\'s');

  const { last, newest } = expected;
  if (last !== null && envelope.epoch < last.epoch) return refuse('older-generation', `epoch ${envelope.epoch} after epoch ${last.epoch}`);
  if (last !== null && envelope.epoch === last.epoch && envelope.sequence <= last.sequence) {
    return refuse('replayed', `sequence ${envelope.sequence} after ${last.sequence}`);
  }
  const body = parsed('assignment.schema.json', envelope.data);
  if (body === null) return refuse('invalid-body', problemOf('assignment.schema.json', envelope.data) ?? '');
  if (body.generation.counter !== envelope.generation || body.generation.epoch > envelope.epoch) {
    return refuse('invalid-body', 'the envelope names another generation');
  }
  if (newest !== null && compareGenerations(body.generation, newest) < 0) {
    return refuse('older-generation', `generation ${shown(body.generation)} after ${shown(newest)}`);
  }
  return { ok: true, envelope: { ...envelope, data: body }, body };
}

/** Opens a report of any member that `expected` knows. */
export function openReport(bytes: Uint8Array, expected: ReportExpectations): Opened<Report> {
  const envelope = openEnvelope(bytes, 'stratos.report.v1', expected.installation);
  if ('reason' in envelope) return envelope;
  const key = expected.keyOf(envelope.subject);
  if (key === null) return refuse('wrong-member', 'the report is of a member that is not known');

  const wanted = Buffer.from(hmac(key, signedText(envelope)).toString('base64url'));
  const given = Buffer.from(envelope.signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return refuse('bad-signature', 'the signature is not the member\'s');

  const last = expected.lastSequenceOf(envelope.subject);
  if (last !== null && envelope.sequence <= last) return refuse('replayed', `sequence ${envelope.sequence} after ${last}`);
  const body = parsed('report.schema.json', envelope.data);
  if (body === null) return refuse('invalid-body', problemOf('report.schema.json', envelope.data) ?? '');
  if (body.member !== envelope.subject) return refuse('wrong-member', 'the report is of another member than its envelope');
  if ((body.seen?.epoch ?? 0) !== envelope.epoch || (body.seen?.counter ?? 0) !== envelope.generation) {
    return refuse('invalid-body', 'the envelope names another generation');
  }
  return { ok: true, envelope: { ...envelope, data: body }, body };
}

/** Everything that needs no key: size, JSON, the envelope's form, its type and its installation. */
function openEnvelope(bytes: Uint8Array, type: MessageType, installation: InstallationId): Envelope | Refused {
  if (bytes.length > messageBytesMax) return refuse('too-large', `${bytes.length} bytes, at most ${messageBytesMax} are taken`);
  const value = parseJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('garbage', 'not a JSON object in UTF-8');
  if (!isShallow(value, 16)) return refuse('garbage', 'nested too deeply');
  if (!Object.hasOwn(value, 'signature') || (value as { signature: unknown }).signature === '') return refuse('unsigned', 'no signature');
  const problem = problemOf('envelope.schema.json', value);
  if (problem !== null) return refuse(problem.startsWith('/signature ') ? 'bad-signature' : 'garbage', problem);
  const envelope = value as Envelope;
  if (envelope.type !== type) return refuse('wrong-type', `not ${type}`);
  if (envelope.installation !== installation) return refuse('wrong-installation', 'the message is of another installation');
  return envelope;
}

function seal(unsigned: Omit<Envelope, 'signature'>, signer: (text: string) => Buffer): Uint8Array {
  const envelope = { ...unsigned, signature: signer(canonicalJson(unsigned)).toString('base64url') };
  demand(problemOf('envelope.schema.json', envelope), 'envelope');
  const bytes = Buffer.from(JSON.stringify(envelope));
  if (bytes.length > messageBytesMax) throw new RangeError(`the message to or from ${unsigned.subject} has ${bytes.length} bytes, at most ${messageBytesMax} are sent`);
  return bytes;
}

function signedText(envelope: Envelope): string {
  const { signature: _, ...unsigned } = envelope;
  return canonicalJson(unsigned);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Bounds the recursion of everything that walks the value later. */
function isShallow(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}

function refuse(reason: RefusalReason, detail: string): Refused {
  return { ok: false, reason, detail: detail.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200) };
}

function demand(problem: string | null, what: string): void {
  if (problem !== null) throw new TypeError(`the ${what} is not valid: ${problem}`);
}

function shown(generation: Generation): string {
  return `${generation.epoch}.${generation.counter}`;
}
