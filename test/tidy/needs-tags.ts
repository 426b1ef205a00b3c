/** Every test that may be skipped says what it needs, in a form that `npm test` can read. */

import { needsTag } from '../reporter.ts';
import { isTest } from './rooms.ts';
import { isNode, lineAt, nodesOf, type Finding, type SourceFile, type SyntaxNode } from './source-file.ts';

const better = 'end its name with [needs: what, and the variable that names another one]';

export function checkNeedsTags(file: SourceFile): readonly Finding[] {
  if (!isTest(file.path)) return [];
  return [...nodesOf(file.syntax)].flatMap((node) => {
    const name = nameOfConditional(node);
    if (name === null) return [];
    const text = writtenText(name);
    if (needsTag(text) !== null || (!text.includes('[needs') && interpolatesTag(name))) return [];
    return [{ file: file.path, line: lineAt(file, node.start), what: `a test that may be skipped does not say what it needs: ${JSON.stringify(text)}`, better }];
  });
}

/** The name given to `describe.skipIf(…)(name, …)`, also with `.each(…)` between; null for any other node. */
function nameOfConditional(node: SyntaxNode): SyntaxNode | null {
  if (node.type !== 'CallExpression' || !isNode(node['callee']) || !isConditional(node['callee'])) return null;
  const name = Array.isArray(node['arguments']) ? (node['arguments'] as readonly unknown[])[0] : undefined;
  return isNode(name) ? name : node;
}

/** Whether a call yields a suite function that skips: `x.skipIf(…)`, `x.skipIf(…).each(…)`. */
function isConditional(call: SyntaxNode): boolean {
  const member = call['callee'];
  if (call.type !== 'CallExpression' || !isNode(member) || !isNode(member['property'])) return false;
  if (/^(?:skipIf|runIf)$/.test(String(member['property']['name']))) return true;
  return isNode(member['object']) && isConditional(member['object']);
}

function writtenText(node: SyntaxNode): string {
  const strings = [...nodesOf(node)].map((part) => (part.type === 'TemplateElement' ? (part['value'] as { cooked?: string }).cooked : part['value']));
  return strings.filter((text) => typeof text === 'string').join('…');
}

/** A name put together from a tag that is chosen beside it. */
function interpolatesTag(node: SyntaxNode): boolean {
  return [...nodesOf(node)].some((part) => part.type === 'Identifier' && /^(?:tag|needs|\w+Tag)$/.test(String(part['name'])));
}
