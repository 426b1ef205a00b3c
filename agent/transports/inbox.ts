/**
 * The memory that opening needs: what was seen last, and how often what was refused.
 * An inbox lives as long as its process. It only remembers messages that it accepted, so nobody without a key can fill it.
 */

import type { KeyObject } from 'node:crypto';
import type { MemberId } from '../../schemas/ids.ts';
import type { Assignment } from '../../schemas/messages/assignment.ts';
import type { Generation } from '../../schemas/messages/envelope.ts';
import type { Report } from '../../schemas/messages/report.ts';
import { openAssignment, openReport, type AssignmentExpectations, type Opened, type RefusalReason } from './envelope.ts';
import { deriveMemberKey, type InstallationIdentity, type MemberKeys } from './keys.ts';

/** Refusals by reason since the process started. */
export type Refusals = ReadonlyMap<RefusalReason, number>;

/** A member's inbox of assignments. */
export class AssignmentInbox {
  readonly #keys: MemberKeys;
  readonly #refused = new Map<RefusalReason, number>();
  #expected: AssignmentExpectations;

  /** `newest`: the newest generation that an earlier process of this agent has seen. */
  constructor(keys: MemberKeys, newest: Generation | null) {
    this.#keys = keys;
    this.#expected = { newest, last: null };
  }

  /** Opens a message; an accepted one becomes the newest seen. */
  open(bytes: Uint8Array): Opened<Assignment> {
    const opened = openAssignment(bytes, this.#keys, this.#expected);
    if (opened.ok) {
      const { epoch, sequence } = opened.envelope;
      this.#expected = { newest: opened.body.generation, last: { epoch, sequence } };
    } else count(this.#refused, opened.reason);
    return opened;
  }

  get refused(): Refusals {
    return this.#refused;
  }
}

/** The reconciler's inbox of reports. */
export class ReportInbox {
  readonly #identity: InstallationIdentity;
  readonly #isMember: (member: MemberId) => boolean;
  readonly #refused = new Map<RefusalReason, number>();
  readonly #members = new Map<MemberId, { readonly key: KeyObject; sequence: number }>();

  /** `isMember`: whether reports of this member are wanted at all. */
  constructor(identity: InstallationIdentity, isMember: (member: MemberId) => boolean) {
    this.#identity = identity;
    this.#isMember = isMember;
  }

  /** Opens a message; an accepted one raises its sender's sequence. */
  open(bytes: Uint8Array): Opened<Report> {
    let key: KeyObject | null = null;
    const opened = openReport(bytes, {
      installation: this.#identity.installation,
      keyOf: (member) => (key = this.#keyOf(member)),
      lastSequenceOf: (member) => this.#members.get(member)?.sequence ?? null,
    });
    if (!opened.ok) count(this.#refused, opened.reason);
    else if (key !== null) this.#members.set(opened.body.member, { key, sequence: opened.envelope.sequence });
    return opened;
  }

  /** Drops what is remembered of a member that is gone for good. */
  forget(member: MemberId): void {
    this.#members.delete(member);
  }

  get refused(): Refusals {
    return this.#refused;
  }

  #keyOf(member: MemberId): KeyObject | null {
    if (!this.#isMember(member)) return null;
    return this.#members.get(member)?.key ?? deriveMemberKey(this.#identity.master, this.#identity.installation, member);
  }
}

function count(refused: Map<RefusalReason, number>, reason: RefusalReason): void {
  refused.set(reason, (refused.get(reason) ?? 0) + 1);
}
