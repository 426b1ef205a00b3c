/** Starts the page: the clock that everything shown is relative to, the session, the view. */

import { effect } from '@preact/signals';
import { render } from 'preact';
import { browserClock } from './clock.ts';
import { startSession } from './state/session.ts';
import { headline, nowMs, tenant } from './state/store.ts';
import { restoreTheme } from './state/theme.ts';
import { App } from './view/app.tsx';

function tick(): void {
  nowMs.value = browserClock.nowMs();
  browserClock.after(1_000, tick);
}

restoreTheme();
tick();
tenant.value = new URLSearchParams(location.search).get('tenant') ?? 'default';
effect(() => {
  document.title = headline.value === null ? 'Metatron Stratos' : `${headline.value.text} – Metatron Stratos`;
});
const session = startSession({ fetch: (url, init) => fetch(url, init), clock: browserClock });
document.addEventListener('visibilitychange', () => session.visible(document.visibilityState === 'visible'));
window.addEventListener('online', () => session.connectNow());
const root = document.querySelector('#console');
if (root !== null) render(<App session={session} />, root);
