/** What stands in the page before anything could be read. */

import { connection, readFailure } from '../state/store.ts';

export function Welcome() {
  const failed = readFailure.value !== null || connection.value.state === 'waiting';
  return (
    <section class="welcome" id="applications" tabIndex={-1} aria-busy={!failed}>
      <h2>{failed ? 'Nothing can be shown yet' : 'Reading the platform'}</h2>
      <p>{failed
        ? 'The page goes on trying and fills itself as soon as the status API answers. Members go on running without it.'
        : 'Applications, plan and events appear here in a moment.'}</p>
    </section>
  );
}
