/** What the agents say of themselves: the last report of each member, opened and checked; refusals are counted. */

import { ReportInbox, type Refusals } from '../../agent/transports/inbox.ts';
import type { InstallationIdentity } from '../../agent/transports/keys.ts';
import type { MemberId } from '../../schemas/ids.ts';
import type { Clock } from '../contracts/clock.ts';
import type { ReceivedReport } from '../model/observed.ts';

export interface ReportsOptions {
  readonly identity: InstallationIdentity;
  readonly clock: Clock;
  /** Whether a member is ours: reports of others are refused. */
  readonly isMember: (member: MemberId) => boolean;
  /** A report that says something new, beyond "still the same". */
  readonly onNews: (report: ReceivedReport, before: ReceivedReport | null) => void;
}

export class Reports {
  readonly #options: ReportsOptions;
  readonly #inbox: ReportInbox;
  readonly #last = new Map<MemberId, ReceivedReport>();
  #epochSeen = 0;

  constructor(options: ReportsOptions) {
    this.#options = options;
    this.#inbox = new ReportInbox(options.identity, options.isMember);
  }

  receive(bytes: Uint8Array): void {
    const opened = this.#inbox.open(bytes);
    if (!opened.ok) return;
    const report: ReceivedReport = { ...opened.body, receivedAtMs: this.#options.clock.nowMs() };
    const before = this.#last.get(report.member) ?? null;
    this.#last.set(report.member, report);
    this.#epochSeen = Math.max(this.#epochSeen, report.seen?.epoch ?? 0);
    if (!before || saysNews(before, report)) this.#options.onNews(report, before);
  }

  of(member: MemberId): ReceivedReport | null {
    return this.#last.get(member) ?? null;
  }

  forget(member: MemberId): void {
    this.#last.delete(member);
    this.#inbox.forget(member);
  }

  get refused(): Refusals {
    return this.#inbox.refused;
  }

  all(): Iterable<ReceivedReport> {
    return this.#last.values();
  }

  /** The highest epoch that any agent has seen, those forgotten since among them. */
  epochSeen(): number {
    return this.#epochSeen;
  }
}

/** Health statistics come with every report; a pass is worth it only for the rest. */
function saysNews(before: ReceivedReport, now: ReceivedReport): boolean {
  const { health: _a, receivedAtMs: _b, ...rest } = before;
  const { health: _c, receivedAtMs: _d, ...fresh } = now;
  return now.hello || JSON.stringify(rest) !== JSON.stringify(fresh);
}
