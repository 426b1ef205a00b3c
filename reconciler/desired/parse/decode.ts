/** Bytes → text, or why they are not text. Limits stand here, before anything is parsed. */

import type { FileProblem } from './parsed.ts';

/** Files above this size are not read. */
export const maxFileBytes = 1024 * 1024;

// The one global that the pure rooms may use beyond the language: every runtime has it, and it touches nothing outside.
declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

/** Text without a byte-order mark. Positions in it are those that an editor shows. */
export function decode(bytes: Uint8Array): { text: string } | { problem: FileProblem } {
  if (bytes.length > maxFileBytes) {
    return { problem: wholeFile('file-too-large', `the file has ${bytes.length} bytes; at most ${maxFileBytes} are read`, 'Split it: documents may stand in any number of files.') };
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { problem: { ...wholeFile('not-utf-8', 'the file is UTF-16; only UTF-8 is read', 'Save it as UTF-8.'), line: 1, column: 1 } };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: { ...wholeFile('not-utf-8', 'the file is not valid UTF-8', 'Save it as UTF-8.'), ...firstBadByte(bytes) } };
  }
  const control = text.search(forbiddenCharacter);
  if (control >= 0) {
    const code = text.charCodeAt(control).toString(16).padStart(4, '0').toUpperCase();
    return { problem: { ...wholeFile('control-character', `the control character U+${code} may not stand in a definition`), ...lineAndColumn(text, control) } };
  }
  return { text };
}

// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const forbiddenCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

function wholeFile(code: string, message: string, hint?: string): FileProblem {
  return { severity: 'error', code, message, line: null, column: null, document: null, ...(hint === undefined ? {} : { hint }) };
}

/** 1-based line and column of an offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** A line feed never stands inside a UTF-8 sequence, so lines can be tried one by one. */
function firstBadByte(bytes: Uint8Array): { line: number; column: number } {
  const strict = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let start = 0;
  for (let end = 0; end <= bytes.length; end++) {
    if (end < bytes.length && bytes[end] !== 0x0a) continue;
    const slice = bytes.subarray(start, end);
    try {
      strict.decode(slice);
    } catch {
      const shown = new TextDecoder('utf-8', { fatal: false }).decode(slice);
      return { line, column: shown.indexOf('\ufffd') + 1 };
    }
    line++;
    start = end + 1;
  }
  return { line, column: 1 };
}
