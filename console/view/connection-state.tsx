/** Whether the page is live. */

import { connection } from '../state/store.ts';

const words = { connecting: 'Connecting', live: 'Live', waiting: 'Disconnected' } as const;
const tones = { connecting: 'coming', live: 'good', waiting: 'bad' } as const;

export function ConnectionState() {
  const { state } = connection.value;
  return (
    <span class="connection" data-state={state}>
      <span class="glyph" data-tone={tones[state]} aria-hidden="true" />{words[state]}
    </span>
  );
}
