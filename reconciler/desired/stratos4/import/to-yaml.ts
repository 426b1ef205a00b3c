/** One native document as YAML for people: comments above it, short lists on one line, and no text that could be read as something else. */

import { Document, isScalar, isSeq, visit } from 'yaml';

/** Characters that may not stand in a definition, or that an editor would not show. */
const hidden = /[\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/g;

/** @param comments one line each. */
export function toYaml(value: unknown, comments: readonly string[]): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && !/^[A-Za-z/$][^\u007f-\uffff]*$/.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
    Seq(_key, node) {
      if (node.items.every((item) => isScalar(item) || (isSeq(item) && item.items.every(isScalar)))) node.flow = true;
    },
  });
  document.commentBefore = comments.map((line) => ` ${line.replaceAll(/[\u0000-\u001f]+/g, ' ').replaceAll(hidden, '')}`).join('\n');
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).replaceAll(hidden, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
