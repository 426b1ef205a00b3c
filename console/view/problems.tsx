/** What is wrong in the sources, errors first. */

import { snapshot } from '../state/store.ts';
import { Panel } from './panel.tsx';
import { ProblemItem } from './problem-item.tsx';

export function Problems() {
  const status = snapshot.value?.status;
  if (status === undefined) return null;
  const { problems, problemCounts, next } = status;
  const counts = (['error', 'warning', 'info'] as const).filter((severity) => problemCounts[severity] > 0).map((severity) => `${problemCounts[severity]} ${severity}`);
  return (
    <Panel id="problems" title="Problems" note={counts.length === 0 ? 'none' : counts.join(', ')}>
      {problems.length === 0 ? <p class="quiet">Every definition is read and understood.</p> : (
        <ul class="items">{problems.map((problem, index) => <li key={`${problem.source} ${problem.file} ${problem.line} ${problem.code} ${index}`}><ProblemItem problem={problem} /></li>)}</ul>
      )}
      {next === null ? null : <p class="quiet">These are the first {problems.length}.</p>}
    </Panel>
  );
}
