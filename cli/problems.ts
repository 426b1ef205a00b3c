/** Problems of definitions as a good compiler prints them. */

import type { Problem } from '../reconciler/model/problem.ts';
import { excerpt } from './excerpt.ts';
import { cleanAll } from './outside-text.ts';
import type { Paint, Style } from './terminal.ts';
import { counted, place } from './words.ts';

const styles: Readonly<Record<Problem['severity'], Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

/** @param textOf the text of a file; null when it cannot be shown */
export function problemText(raw: Problem, textOf: (file: string) => string | null, paint: Paint): string {
  const problem = cleanAll(raw);
  const { severity, code, message, hint } = problem;
  const style = styles[severity];
  const lines = [`${paint('bold', place(problem))}: ${paint(style, `${severity}[${code}]`)}: ${paint('bold', message)}`];
  const text = textOf(raw.file);
  const quoted = text === null || isAboutSecret(code) ? null : excerpt(text, problem.line, problem.column);
  const gutter = String(problem.line ?? '');
  const margin = ' '.repeat(gutter.length);
  if (quoted !== null) {
    lines.push(paint('dim', `${margin} |`), `${paint('dim', `${gutter} |`)} ${quoted.line}`, `${paint('dim', `${margin} |`)} ${' '.repeat(quoted.indent)}${paint(style, '^')}`);
  }
  if (hint !== undefined) lines.push(`${paint('dim', `${margin} =`)} ${hint}`);
  return lines.join('\n');
}

/** Where a secret itself is what is wrong, not even the line with stars is shown. */
function isAboutSecret(code: string): boolean {
  return code.startsWith('secret-') || code === 'credential-in-url';
}

/** By file, line and column: the order in which they are mended. */
export function inReadingOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)));
}

export interface ProblemCounts {
  readonly error: number;
  readonly warning: number;
  readonly info: number;
}

export function countProblems(problems: readonly Problem[]): ProblemCounts {
  const of = (severity: Problem['severity']): number => problems.filter((problem) => problem.severity === severity).length;
  return { error: of('error'), warning: of('warning'), info: of('info') };
}

/** `2 errors, 1 warning`, or `no problems`. */
export function countsText({ error, warning, info }: ProblemCounts): string {
  const parts = [
    ...(error > 0 ? [counted(error, 'error')] : []), ...(warning > 0 ? [counted(warning, 'warning')] : []), ...(info > 0 ? [counted(info, 'remark')] : []),
  ];
  return parts.length === 0 ? 'no problems' : parts.join(', ');
}
