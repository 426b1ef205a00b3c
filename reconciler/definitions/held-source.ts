/** One source and what was last read of it: looked at when asked, never emptied by a failure. */

import { tenantName, type TenantName } from '../../schemas/ids.ts';
import type { SourceConfig } from '../config.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Source, SourceFailure, SourceSnapshot } from '../contracts/source.ts';
import type { Store } from '../contracts/store.ts';
import type { SourceView } from '../contracts/view.ts';
import type { LinkSource } from '../desired/link/input.ts';
import { lastGood, type GoodContent } from './last-good.ts';
import type { Problem } from '../model/problem.ts';
import { readFiles } from './read-files.ts';
import type { Note } from '../recorder.ts';

export const platformTenant = tenantName('default');

export class HeldSource {
  readonly config: SourceConfig;
  readonly source: Source;
  content: GoodContent | null = null;
  /** Where a restart began. */
  good: GoodContent | null = null;
  failure: SourceFailure | null = null;
  #syncedAtMs: number | null = null;
  #removalsHeldBy: string | null = null;
  #tried = false;

  constructor(config: SourceConfig, source: Source) {
    this.config = config;
    this.source = source;
  }

  /** It was looked at, with whatever result. */
  get tried(): boolean {
    return this.#tried;
  }

  /** Looks now. True when what is known of the source has changed. */
  async look(store: Store, clock: Clock): Promise<boolean> {
    const before = this.content?.revision;
    const failedBefore = this.failure?.message ?? null;
    const taken = await this.source.snapshot(before);
    if (!this.#tried) await this.#begin(taken, store);
    if ('failed' in taken) {
      this.failure = taken;
      return taken.message !== failedBefore;
    }
    this.failure = null;
    this.#syncedAtMs = clock.nowMs();
    if (taken.revision === this.content?.revision) return failedBefore !== null || before === undefined;
    const removalsHeldBy = rewritten(taken);
    this.content = { revision: taken.revision, snapshot: taken, read: await readFiles(taken, this.content?.read ?? null, store) };
    this.#removalsHeldBy = removalsHeldBy;
    return true;
  }

  async #begin(taken: SourceSnapshot | SourceFailure, store: Store): Promise<void> {
    this.good = await lastGood(this.source, taken, store);
    if ('failed' in taken) this.content = this.good;
    this.#tried = true;
  }

  /** What linking takes of it; null while nothing could be read. */
  input(content: GoodContent | null = this.content): LinkSource | null {
    if (!content) return null;
    const tenant: TenantName = this.config.tenant === null ? platformTenant : tenantName(this.config.tenant);
    const removalsHeldBy = this.failure ? `the source cannot be read: ${this.failure.message}` : this.#removalsHeldBy;
    return { name: this.source.name, scope: this.config.tenant === null ? 'platform' : 'tenant', tenant, revision: content.revision, files: content.read.files, unreadable: content.read.unreadable, removalsHeldBy };
  }

  problems(): readonly Problem[] {
    const at = { source: this.source.name, file: '', line: null, column: null } as const;
    return [
      ...(this.failure ? [{ ...at, severity: 'error' as const, code: `source-${this.failure.failed}`, message: `${this.failure.message}; what was read last stays in force` }] : []),
      ...(this.#removalsHeldBy ? [{ ...at, severity: 'warning' as const, code: 'history-rewritten', message: `nothing is removed: ${this.#removalsHeldBy}` }] : []),
    ];
  }

  note(): Note {
    const { name } = this.source;
    if (this.failure) return { type: 'problem', text: `${name} could not be read: ${this.failure.message}`, facts: { source: name, failed: this.failure.failed } };
    const revision = this.content?.revision ?? '';
    const first = this.content?.snapshot.commit?.message.split('\n')[0] ?? '';
    return { type: 'synced', text: `${name} is at ${revision.slice(0, 12)} ${first}`.trim(), facts: { source: name, revision, parsedFiles: this.content?.read.parsed ?? 0 } };
  }

  view(): SourceView {
    const { url, branch, path, tenant } = this.config;
    return {
      name: this.source.name, tenant: tenant === null ? null : tenantName(tenant), url: url.replace(/\/\/[^@/]*@/, '//'), branch, path,
      revision: this.content?.revision ?? null, commit: this.content?.snapshot.commit ?? null, syncedAtMs: this.#syncedAtMs, failure: this.failure?.message ?? null,
    };
  }
}

/** A history that was rewritten may lack what nobody removed: the next commit on top of it confirms that this is meant. */
function rewritten(snapshot: SourceSnapshot): string | null {
  if (snapshot.lineage === 'unrelated') return 'the branch holds another history now; a further commit on it confirms that it is meant';
  if (snapshot.lineage === 'rewritten') return 'the branch was rewritten; a further commit on it confirms that it is meant';
  return null;
}
