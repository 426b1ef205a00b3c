/** One document in the form that was asked for with `-o`. */

import type { Failure } from './exit.ts';
import { cleanAll, escapeUnsafe, isUnsafe, safeJson } from './outside-text.ts';
import type { TableOptions } from './table.ts';
import type { Terminal } from './terminal.ts';

export const formats = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type Format = (typeof formats)[number];

/** What a command shows. `text` and `names` get the body with every string cleaned. */
export interface Shown<Body> {
  /** Printed as it is for programs. */
  readonly body: Body;
  text(body: Body, options: TableOptions): string;
  /** One per line with `-o name`. */
  names(body: Body): readonly string[];
}

export async function show<Body>(terminal: Terminal, format: Format, shown: Shown<Body>): Promise<void> {
  const text = await render(terminal, format, shown);
  if (text !== '') terminal.print(text);
}

/** The text that `show` prints. */
export async function render<Body>(terminal: Terminal, format: Format, shown: Shown<Body>): Promise<string> {
  if (format === 'json') return safeJson(shown.body, 2);
  if (format === 'yaml') return safeYaml(shown.body);
  const body = cleanAll(shown.body);
  if (format === 'name') return shown.names(body).join('\n');
  return shown.text(body, { wide: format === 'wide', columns: terminal.columns, paint: terminal.paint });
}

/** YAML that keeps every character, the dangerous ones as escapes in double quotes. */
export async function safeYaml(value: unknown): Promise<string> {
  const { Document, isScalar, visit } = await import('yaml');
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (isScalar(node) && typeof node.value === 'string' && isUnsafe(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeUnsafe(document.toString({ lineWidth: 0 })).trimEnd();
}

/** What went wrong, for people: the message, then what to do. */
export function failureText(failure: Failure): string {
  return [`stratos: ${failure.message}`, ...failure.advice.map((sentence) => `  ${sentence}`)].join('\n');
}
