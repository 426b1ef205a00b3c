/** Frames of an event stream (text/event-stream), as bytes. */

export type Frame = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** One event. The data is one line: JSON never holds a raw line break. */
export function eventFrame(of: { event: string; data: object; id?: number }): Frame {
  const id = of.id === undefined ? '' : `id: ${of.id}\n`;
  return encoder.encode(`${id}event: ${of.event}\ndata: ${JSON.stringify(of.data)}\n\n`);
}

/** Keeps proxies from closing a quiet stream, and lets a dead one be noticed. */
export const pingFrame = encoder.encode(': ping\n\n');

/** How long a client waits before it connects again. */
export const retryFrame = encoder.encode('retry: 2000\n\n');
