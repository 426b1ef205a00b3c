/**
 * What the provider knows of each member it started: one small file each. A record is written once its agent runs and
 * removed when nothing is left of the member. Invariant: files are replaced as a whole, never half written.
 */

import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MemberId } from '../../../schemas/ids.ts';
import type { MemberTags } from '../../contracts/provider.ts';
import { memberIn, namesIn, type Places } from './places.ts';

export interface MemberRecord {
  readonly tags: MemberTags;
  readonly process: { readonly pid: number; readonly birth: string };
  readonly drainMs: number;
  /** The user that is this member's alone; null when it shares ours. */
  readonly user: number | null;
}

export class Records {
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = places;
  }

  members(): readonly MemberId[] {
    return namesIn(this.#places.records).flatMap((name) => (name.endsWith('.json') ? memberIn(name.slice(0, -'.json'.length)) ?? [] : []));
  }

  /** Null when there is none, or none that can be read. */
  read(member: MemberId): MemberRecord | null {
    const record = readJson(this.#path(member)) as Partial<MemberRecord> | null;
    const usable = typeof record?.tags?.application === 'string' && Number.isInteger(record.process?.pid) && typeof record.process?.birth === 'string';
    return usable ? record as MemberRecord : null;
  }

  write(member: MemberId, record: MemberRecord): void {
    replaceFile(this.#path(member), record);
  }

  remove(member: MemberId): void {
    rmSync(this.#path(member), { force: true });
  }

  #path(member: MemberId): string {
    return join(this.#places.records, `${member}.json`);
  }
}

/** Writes a value as JSON for the owner alone; readers see the old content or the new. */
export function replaceFile(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, path);
}

/** The JSON value in a file; null when there is no such file or it holds something else. A link or pipe is not followed. */
export function readJson(path: string): unknown {
  try {
    if (!lstatSync(path).isFile()) return null;
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
