/** A journal entry as the API shows it. */

import type { Event as ShownEvent } from '../../../schemas/api/bodies.generated.ts';
import type { JournalEntry } from '../../model/journal.ts';
import type { ShowBecause } from './because.ts';
import { namesOfApplication } from './names.ts';
import { rfc3339 } from './time.ts';

export async function presentEvent(entry: JournalEntry, showBecause: ShowBecause): Promise<ShownEvent> {
  const names = entry.application === null ? null : namesOfApplication(entry.application);
  return {
    sequence: entry.sequence, at: rfc3339(entry.atMs), tenant: names?.tenant ?? null, application: names?.name ?? null,
    type: entry.type, text: entry.text, because: entry.because === null ? null : await showBecause(entry.because), facts: { ...entry.facts },
  };
}
