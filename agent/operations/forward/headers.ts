/** Headers on their way through a proxy, in the raw form in which Node gives and takes them: name, value, name, value. */

import type { IncomingMessage } from 'node:http';

/** Headers that concern one connection only and are never handed on. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'upgrade',
]);

/**
 * The headers to send on for a request. `transfer-encoding` stays: from it the client knows to send chunks.
 * `forwarded` adds who asked, as a proxy in front of a server does.
 */
export function requestHeaders(request: IncomingMessage, forwarded: boolean): string[] {
  const dropped = namedByConnection(request);
  const headers: string[] = [];
  let forwardedFor: string | undefined = request.socket.remoteAddress;
  const seen = { host: false, forwardedHost: false, forwardedProto: false };
  const raw = request.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || lower === 'expect' || dropped?.has(lower)) continue;
    if (forwarded && lower === 'x-forwarded-for') {
      forwardedFor = forwardedFor === undefined ? value : `${value}, ${forwardedFor}`;
      continue;
    }
    if (lower === 'host') seen.host = true;
    else if (lower === 'x-forwarded-host') seen.forwardedHost = true;
    else if (lower === 'x-forwarded-proto') seen.forwardedProto = true;
    headers.push(name, value);
  }
  if (!seen.host) headers.push('Host', 'localhost');
  if (!forwarded) return headers;
  if (forwardedFor !== undefined) headers.push('X-Forwarded-For', forwardedFor);
  if (!seen.forwardedHost && request.headers.host !== undefined) headers.push('X-Forwarded-Host', request.headers.host);
  if (!seen.forwardedProto) headers.push('X-Forwarded-Proto', 'http');
  return headers;
}

/** The headers to hand back for an answer; Node frames the body anew. */
export function responseHeaders(answer: IncomingMessage): string[] {
  const dropped = namedByConnection(answer);
  const headers: string[] = [];
  const raw = answer.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || lower === 'transfer-encoding' || dropped?.has(lower)) continue;
    headers.push(name, raw[at + 1] ?? '');
  }
  return headers;
}

/** What `Connection` names beyond the usual words concerns this connection only, too. */
function namedByConnection(message: IncomingMessage): ReadonlySet<string> | undefined {
  const connection = message.headers.connection;
  if (connection === undefined || /^(keep-alive|close|upgrade)$/i.test(connection)) return undefined;
  return new Set(connection.toLowerCase().split(',').map((word) => word.trim()));
}
