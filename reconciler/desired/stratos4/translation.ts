/** What one old document becomes: native documents whose parts remember where they were said. */

import { apiVersion, type KindName } from '../../../schemas/kinds/index.ts';
import type { Node } from './notes.ts';
import { said } from './said.ts';

export interface Translation {
  readonly kind: KindName;
  /** Null: it does not say what it is called. */
  readonly name: string | null;
  /** The native document, to be unfolded. */
  readonly tree: unknown;
  /** Only there when the document concerns an application that is to be found: its name, null when the document does not say it. */
  readonly application?: string | null;
}

/**
 * @param id where the name stands.
 * @param annotations what the native form has no place for and people may want to keep.
 */
export function documentOf(kind: KindName, node: Node, id: Node | undefined, name: string | null, spec: Readonly<Record<string, unknown>>, annotations: Readonly<Record<string, unknown>> = {}): Translation {
  const kept = Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== undefined));
  const metadata = { name: name === null ? undefined : said(id ?? node, name), annotations: Object.keys(kept).length === 0 ? undefined : kept };
  return { kind, name, tree: said(node, { apiVersion, kind, metadata, spec: said(node, spec) }) };
}
