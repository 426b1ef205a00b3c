/** Definitions linked as the platform would link them, every problem with its line and column. */

import { documentRef, type DocumentRef } from '../schemas/ids.ts';
import { link } from '../reconciler/desired/link/link.ts';
import { locator, type Locator } from '../reconciler/desired/parse/position.ts';
import type { Desired } from '../reconciler/model/desired.ts';
import type { Origin, Problem } from '../reconciler/model/problem.ts';
import { filesTenant, linkInput, type Definitions } from './definitions.ts';
import { inReadingOrder } from './problems.ts';

export interface Linked {
  readonly desired: Desired;
  /** In reading order. */
  readonly problems: readonly Problem[];
  /** Line and column of a place in these definitions. */
  positionOf(origin: Origin): { readonly line: number; readonly column: number } | null;
  /** The text of a file; null when it cannot be shown. */
  textOf(file: string): string | null;
}

export function linkDefinitions(definitions: Definitions): Linked {
  const { desired, problems } = link(linkInput(definitions), null);
  const locators = new Map<string, Locator>();
  const textOf = (file: string): string | null => {
    const content = definitions.contents.get(file);
    return content instanceof Uint8Array ? new TextDecoder().decode(content) : null;
  };
  const locatorOf = (file: string): Locator => {
    const known = locators.get(file) ?? locator(textOf(file) ?? '');
    locators.set(file, known);
    return known;
  };
  const documentsNamed = documentFinder(definitions);
  const placed = problems.map((problem): Problem => {
    if (problem.line !== null || problem.pointer === undefined) return problem;
    const position = locatorOf(problem.file).positionOf(documentsNamed(problem), problem.pointer);
    return position === null ? problem : { ...problem, ...position };
  });
  return {
    desired, problems: inReadingOrder(placed), textOf,
    positionOf: ({ path, document, pointer }) => locatorOf(path).positionOf(document, pointer),
  };
}

/** Which document of its file a problem is about. Of several with one identity each gets its turn. */
function documentFinder({ files }: Definitions): (problem: Problem) => number {
  const turns = new Map<string, number>();
  return ({ file, document, code }) => {
    const named = (files.get(file)?.documents ?? []).filter(({ kind, name }) => refOf(kind, name) === document);
    const key = `${code} ${file} ${document ?? ''}`;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return named[turn % Math.max(1, named.length)]?.index ?? 0;
  };
}

function refOf(kind: string, name: string): DocumentRef {
  return documentRef({ kind, tenant: filesTenant, name });
}
