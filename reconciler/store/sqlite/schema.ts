/**
 * The tables, as a list of steps: step n takes a file from version n to n + 1. A step, once released, never changes.
 * Invariant: `user_version` counts the steps that a file has taken, and the file moves in one transaction per step.
 */

import type { DatabaseSync } from 'node:sqlite';

/** Marks a SQLite file as ours (`PRAGMA application_id`), so that nobody else's is ever set aside: "Strt". */
export const applicationMark = 0x53747274;

const steps: readonly string[] = [
  `
  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO counter VALUES ('epoch', 0), ('sequence', 0);
  CREATE TABLE memory (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
  CREATE TABLE intent (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
  CREATE TABLE last_good (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
  CREATE TABLE journal (sequence INTEGER PRIMARY KEY, application TEXT, document TEXT NOT NULL) STRICT;
  CREATE INDEX journal_by_application ON journal (application, sequence) WHERE application IS NOT NULL;
  CREATE TABLE parsed (id TEXT PRIMARY KEY, used_ms INTEGER NOT NULL, bytes INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE INDEX parsed_by_use ON parsed (used_ms, bytes);
  CREATE TABLE delivery (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX delivery_by_time ON delivery (at_ms);
  `,
];

export const schemaVersion = steps.length;

/** The version that a file says it has; 0 for a new one. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

/** Takes the steps that a file has not taken yet. */
export function migrate(database: DatabaseSync): void {
  for (let version = versionOf(database); version < steps.length; version += 1) {
    database.exec(`BEGIN IMMEDIATE; ${steps[version]}; PRAGMA application_id = ${applicationMark}; PRAGMA user_version = ${version + 1}; COMMIT`);
  }
}
