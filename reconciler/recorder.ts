/**
 * Writes the journal and tells those who listen: what was decided, because of what, with what outcome. Holds are told
 * once when they begin and once when they end, not at every pass.
 */

import type { ApplicationId } from '../schemas/ids.ts';
import { memberOf } from './apply/index.ts';
import type { Clock } from './contracts/clock.ts';
import type { Store } from './contracts/store.ts';
import type { JournalEntry, JournalType } from './model/journal.ts';
import type { Outcome } from './model/outcome.ts';
import type { Action, Hold, Plan } from './model/plan.ts';

export interface Note {
  readonly type: JournalType;
  readonly application?: ApplicationId | null;
  readonly text: string;
  readonly because?: JournalEntry['because'];
  readonly facts?: JournalEntry['facts'];
}

export interface Recorder {
  note(note: Note): Promise<void>;
  decided(plan: Plan, begun: readonly Action[]): Promise<void>;
  landed(application: ApplicationId, action: Action, outcome: Outcome): Promise<void>;
  /** The planner broke a law of its own: nothing was carried out. */
  mistake(application: ApplicationId, laws: readonly string[]): Promise<void>;
  /** Something that is shown has changed. */
  changed(): void;
  version(): number;
  /** The sequence of the newest entry of this life; 0 before the first. */
  lastSequence(): number;
  onEntry(listener: (entry: JournalEntry) => void): () => void;
  onChange(listener: () => void): () => void;
}

export interface RecorderOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly epoch: () => number;
  readonly log: (note: Note) => void;
}

const tellEveryMs = 200;

export function createRecorder({ store, clock, epoch, log }: RecorderOptions): Recorder {
  const entryListeners = new Set<(entry: JournalEntry) => void>();
  const changeListeners = new Set<() => void>();
  const holdNotes = holdTeller();
  let version = 0;
  let last = 0;
  let telling: (() => void) | null = null;

  async function write(notes: readonly Note[]): Promise<void> {
    if (notes.length === 0) return;
    notes.forEach(log);
    const entries = await store.appendJournal(notes.map(({ type, application = null, text, because = null, facts = {} }) =>
      ({ atMs: clock.nowMs(), application, type, text, because, facts })), epoch());
    last = entries.at(-1)?.sequence ?? last;
    for (const entry of entries) for (const listener of entryListeners) listener(entry);
  }

  function changed(): void {
    version += 1;
    telling ??= clock.after(tellEveryMs, () => {
      telling = null;
      for (const listener of changeListeners) listener();
    });
  }

  return {
    note: async (note) => { await write([note]); changed(); },
    async decided(plan, begun) {
      await write([...holdNotes(plan), ...begun.map((action) => decidedNote(plan, action))]);
    },
    async landed(application, action, outcome) {
      const note = landedNote(application, action, outcome);
      if (note) await write([note]);
      changed();
    },
    mistake: async (application, laws) =>
      write([{ type: 'action-stalled', application, text: `the plan breaks a law, nothing was done: ${laws.join('; ')}`, facts: { laws: laws.length } }]),
    changed,
    version: () => version,
    lastSequence: () => last,
    onEntry(listener) { entryListeners.add(listener); return () => entryListeners.delete(listener); },
    onChange(listener) { changeListeners.add(listener); return () => changeListeners.delete(listener); },
  };
}

/** Holds that began and holds that ended, since it was asked about the application before. */
function holdTeller(): (plan: Plan) => readonly Note[] {
  const holds = new Map<ApplicationId, Map<string, Hold>>();
  return ({ application, holds: now }) => {
    const before = holds.get(application) ?? new Map<string, Hold>();
    const after = new Map(now.map((hold) => [hold.id, hold]));
    holds.set(application, after);
    const tell = (type: JournalType, hold: Hold): Note =>
      ({ type, application, text: `${hold.kind}: ${hold.because.text}`, because: hold.because, facts: { hold: hold.id, kind: hold.kind } });
    return [
      ...[...after.values()].filter((hold) => !before.has(hold.id)).map((hold) => tell('hold', hold)),
      ...[...before.values()].filter((hold) => !after.has(hold.id)).map((hold) => tell('hold-ended', hold)),
    ];
  };
}

function decidedNote({ application, revision }: Plan, action: Action): Note {
  return {
    type: 'decided', application, text: `${action.type} ${memberOf(action)}: ${action.because.text}`, because: action.because,
    facts: { action: action.type, member: memberOf(action), revision },
  };
}

/** An assignment that was taken is told by the agent's next report; here it would only be noise. */
function landedNote(application: ApplicationId, action: Action, outcome: Outcome): Note | null {
  const type = outcome.kind === 'done' ? 'action-done' : outcome.kind === 'stalled' ? 'action-stalled' : 'action-again';
  if (type === 'action-done' && action.type === 'assign') return null;
  const why = outcome.kind === 'done' ? '' : `: ${outcome.why}`;
  return {
    type, application, text: `${action.type} ${memberOf(action)} ${outcome.kind}${why}`, because: action.because,
    facts: { action: action.type, member: memberOf(action), outcome: outcome.kind },
  };
}
