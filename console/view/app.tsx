/** The page: a header with the state in one sentence, and what it stands on below. */

import { snapshot } from '../state/store.ts';
import type { Session } from '../state/session.ts';
import { Applications } from './applications.tsx';
import { Events } from './events.tsx';
import { Header } from './header.tsx';
import { HeadlineBar } from './headline-bar.tsx';
import { Links } from './links.tsx';
import { Plans } from './plans.tsx';
import { Problems } from './problems.tsx';
import { SessionContext } from './session-context.ts';
import { Sources } from './sources.tsx';
import { Welcome } from './welcome.tsx';

export function App({ session }: { readonly session: Session }) {
  return (
    <SessionContext.Provider value={session}>
      <a class="skip" href="#applications">Skip to the applications</a>
      <Header />
      <HeadlineBar />
      <main class="page">{snapshot.value === null ? <Welcome /> : <Panels />}</main>
    </SessionContext.Provider>
  );
}

function Panels() {
  return (
    <>
      <div class="strip">
        <Sources />
        <Links />
      </div>
      <div class="columns">
        <Applications />
        <div class="side" role="group" aria-label="Problems and plan" tabIndex={0}>
          <Problems />
          <Plans />
        </div>
        <Events />
      </div>
    </>
  );
}
