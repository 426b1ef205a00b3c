/** Where things stand in the provider's folder. What the provider keeps for itself is out of the members' reach. */

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { memberId, type MemberId } from '../../../schemas/ids.ts';

export interface Places {
  /** One directory per member, its own; `join.json` in it is what the agent reads first. */
  readonly members: string;
  /** One file per member: what the provider knows of it. */
  readonly records: string;
  /** Directories on their way out. */
  readonly trash: string;
  readonly ports: string;
  readonly lock: string;
  member(member: MemberId): string;
  /** Makes the folders that are missing. @throws when the provider's folder cannot be written. */
  make(): void;
}

export function placesIn(dataDirectory: string): Places {
  const members = join(dataDirectory, 'members');
  const records = join(dataDirectory, 'records');
  const trash = join(dataDirectory, 'trash');
  return {
    members, records, trash,
    ports: join(dataDirectory, 'ports.json'),
    lock: join(dataDirectory, 'starting.lock'),
    member: (member) => join(members, member),
    make() {
      // Members with a user of their own pass through the first two, and can list nothing.
      for (const [path, mode] of [[dataDirectory, 0o711], [members, 0o711], [records, 0o700], [trash, 0o700]] as const) mkdirSync(path, { recursive: true, mode });
    },
  };
}

/** The names in a folder; none when somebody has removed it: what lives is found by its processes all the same. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The member that a file name or a mark speaks of; null when it cannot be one: such a name must not become a path. */
export function memberIn(name: string): MemberId | null {
  return /^[a-z0-9][a-z0-9-]{0,127}$/.test(name) ? memberId(name) : null;
}
