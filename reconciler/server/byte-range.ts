/** The Range header (RFC 9110 §14.2), for one range; several are answered with the whole. */

export type ByteRange = 'all' | 'unsatisfiable' | { readonly start: number; readonly end: number };

/** @param bytes the size of the whole. @returns first and last byte, both included. */
export function byteRange(header: string | undefined, bytes: number): ByteRange {
  const match = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/.exec(header?.trim() ?? '');
  if (match === null) return 'all';
  const [, from, to, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), bytes);
    return length === 0 ? 'unsatisfiable' : { start: bytes - length, end: bytes - 1 };
  }
  const start = Number(from);
  const end = to === undefined || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  // A range that ends before it starts is no range at all, and ignored.
  if (to !== undefined && to !== '' && Number(to) < start) return 'all';
  return start >= bytes ? 'unsatisfiable' : { start, end };
}
