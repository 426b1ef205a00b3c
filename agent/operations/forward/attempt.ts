/**
 * One attempt to have a request answered by one server: the part of a proxy that gate and outlets share.
 * Nothing of a request's body is read before the connection stands, so that an attempt that ends `unsent` leaves the
 * request as it was, whatever its method.
 */

import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { request as httpRequest } from '../http.ts';
import { requestHeaders, responseHeaders } from './headers.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
}

/**
 * `answered`: the answer was handed on whole. `cut`: it began and broke off. `left`: the client went away.
 * `unsent`: no connection, nothing was sent. `broken`: the connection broke before an answer began.
 */
export type Attempt =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'left' }
  | { readonly kind: 'unsent' | 'broken'; readonly why: string };

const connectTimeoutMs = 3000;

/** Sends the request on and its answer back. Never rejects. `forwarded`: adds X-Forwarded headers. `closing`: asks the client to close after the answer. */
export function attempt(
  request: IncomingMessage, response: ServerResponse, target: Target, options: { readonly forwarded: boolean; readonly closing: boolean },
): Promise<Attempt> {
  return new Promise((resolve) => {
    let sent = false;
    let answering = false;
    const outgoing = httpRequest({
      host: target.host, port: target.port, agent: target.agent, method: request.method ?? 'GET', path: request.url ?? '/',
      headers: requestHeaders(request, options.forwarded),
    });
    const end = (result: Attempt): void => {
      response.off('close', onClientClose);
      resolve(result);
    };
    const onClientClose = (): void => {
      if (response.writableFinished) return;
      outgoing.destroy();
      end({ kind: 'left' });
    };
    response.on('close', onClientClose);
    onConnected(outgoing, () => {
      sent = true;
      if (hasBody(request)) request.pipe(outgoing);
      else outgoing.end();
    });
    outgoing.on('error', (error) => {
      request.unpipe(outgoing);
      if (answering) return;
      end({ kind: sent ? 'broken' : 'unsent', why: error.message });
    });
    outgoing.on('response', (answer) => {
      answering = true;
      handBack(answer, response, options.closing, (whole) => {
        if (!request.complete) request.unpipe(outgoing).resume();
        end(whole ? { kind: 'answered', status: answer.statusCode ?? 0 } : { kind: 'cut' });
      });
    });
  });
}

/** Whether the same request may be sent again although the server may have seen it. */
export function isRepeatable(request: IncomingMessage): boolean {
  return ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'].includes(request.method ?? '') && !hasBody(request);
}

function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

function onConnected(outgoing: ClientRequest, ready: () => void): void {
  outgoing.once('socket', (socket: Socket) => {
    if (!socket.connecting) return ready();
    const tooLong = (): void => void socket.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
    socket.setTimeout(connectTimeoutMs).once('timeout', tooLong);
    socket.once('connect', () => {
      socket.setTimeout(0).off('timeout', tooLong);
      ready();
    });
  });
}

function handBack(answer: IncomingMessage, response: ServerResponse, closing: boolean, ended: (whole: boolean) => void): void {
  const headers = responseHeaders(answer);
  if (closing) headers.push('Connection', 'close');
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  // A stream of events may send its headers long before its first byte; most answers send both at once.
  const flush = setImmediate(() => response.flushHeaders());
  answer.once('data', () => clearImmediate(flush));
  answer.pipe(response);
  answer.on('error', () => response.destroy());
  answer.on('close', () => {
    clearImmediate(flush);
    if (!answer.complete) {
      response.destroy();
      ended(false);
    } else if (response.writableFinished) ended(true);
    else response.once('finish', () => ended(true));
  });
}
