/** Plain sockets: what a client that does not care for the rules can send, and what comes back. */

import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends text as it is and reads until the server closes the connection. */
export function sendRaw(port: number, text: string): Promise<RawAnswer> {
  return readToEnd(openSocket(port), text);
}

export function openSocket(port: number): Socket {
  return connect({ host: '127.0.0.1', port });
}

export function readToEnd(socket: Socket, text: string): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
    });
    // A connection that the server resets has been answered all the same.
    socket.on('error', () => {});
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0), text: received }));
    socket.write(text);
  });
}

/** Collects what a stream of events says. */
export class EventReader {
  text = '';
  ended = false;
  readonly #controller = new AbortController();
  readonly finished: Promise<void>;
  readonly response: Promise<Response>;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.response = fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: this.#controller.signal });
    this.finished = this.#read();
  }

  async #read(): Promise<void> {
    try {
      const response = await this.response;
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) this.text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      // Cut by the server or left by us.
    }
    this.ended = true;
  }

  /** The ids of the journal's entries so far. */
  ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
  }

  events(name: string): unknown[] {
    return [...this.text.matchAll(/^event: ([^\n]*)\ndata: ([^\n]*)$/gm)].filter((match) => match[1] === name).map((match) => JSON.parse(match[2] ?? ''));
  }

  /** Leaves. */
  async leave(): Promise<void> {
    this.#controller.abort();
    await this.finished;
  }
}

/** Waits until something holds; the test's own timeout ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
