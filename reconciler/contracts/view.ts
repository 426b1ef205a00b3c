/**
 * What the server may show: a read model that the reconciler keeps. Everything here is fit to show (no secret) and
 * read-only; the only thing that a request can cause is a hint to look again.
 */

import type { ApplicationId, Digest, MemberId, SourceName, TenantName } from '../../schemas/ids.ts';
import type { JournalEntry } from '../model/journal.ts';
import type { Origin, Problem } from '../model/problem.ts';
import type { Plan } from '../model/plan.ts';
import type { ApplicationStatus } from '../model/status.ts';

export interface SourceView {
  readonly name: SourceName;
  readonly tenant: TenantName | null;
  readonly url: string;
  readonly branch: string;
  readonly path: string;
  readonly revision: string | null;
  readonly commit: { readonly author: string; readonly message: string; readonly atMs: number } | null;
  readonly syncedAtMs: number | null;
  readonly failure: string | null;
}

export interface LinkView {
  readonly name: string;
  readonly connected: boolean;
  readonly detail: string;
}

export interface DefinitionView {
  readonly kind: string;
  readonly tenant: TenantName;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly source: SourceName;
  readonly commit: string;
  /** The document as parsed, secrets tainted out. */
  readonly document: unknown;
}

export interface View {
  /** Changes whenever anything below changes, and is never used again, also after a restart; printable ASCII without quotes. The ETag of every answer. */
  version(): string;
  ready(): { readonly ready: boolean; readonly why: string };
  sources(): readonly SourceView[];
  problems(): readonly Problem[];
  brokers(): readonly LinkView[];
  providers(): readonly LinkView[];
  tenants(): readonly TenantName[];
  applications(tenant: TenantName): readonly ApplicationStatus[];
  application(id: ApplicationId): ApplicationStatus | null;
  plan(id: ApplicationId): Plan | null;
  definitions(of: { tenant: TenantName; kind: string }): readonly DefinitionView[];
  /** Line and column of an origin, from the blob. */
  position(origin: Origin): Promise<{ readonly line: number; readonly column: number } | null>;
  journal(query: { since: number; application?: ApplicationId; limit: number }): Promise<readonly JournalEntry[]>;
  /** The sequence of the newest entry; 0 before the first. */
  lastSequence(): number;
  /** Calls back for each new entry until the returned function is called. */
  onJournal(listener: (entry: JournalEntry) => void): () => void;
  /** Calls back, at most a few times a second, when `version()` has changed. */
  onChange(listener: () => void): () => void;
  metrics(): Promise<string>;
  /** A hint that a source's or artifact repository's remote has news; what matched. */
  hint(of: { source: SourceName; repositoryUrl: string | null; reference: string | null }): Promise<{ readonly matched: readonly string[] }>;
  /** Secrets that may authenticate webhooks of a source; empty: none is accepted. */
  webhookSecrets(source: SourceName): readonly string[] | null;
  recordDelivery(id: string): Promise<boolean>;
}

/** What the agents' listener needs. */
export interface AgentDoor {
  /** Whether a signed bundle URL is genuine and still valid for the member. */
  authorizeBundle(of: { digest: Digest; member: MemberId; expires: string; signature: string }): boolean;
  bundleFile(digest: Digest): Promise<{ readonly path: string; readonly bytes: number } | null>;
}

