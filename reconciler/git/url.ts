/**
 * Which remote URLs may be spoken to, and which credential goes with which.
 * Invariants: nothing that passes can be read as an option, a remote helper or a local file; nothing that passes holds
 * a password; a credential fits only below its own prefix, at a path boundary, on the same scheme, host and port.
 */

import { GitFailure, type GitCredential } from '../contracts/git.ts';

export interface RemoteUrl {
  readonly scheme: 'http' | 'https' | 'ssh';
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  /** Always starts with `/`. */
  readonly path: string;
  /** What is handed to a Git client: normalised, without a password. */
  readonly href: string;
}

const defaultPorts = { http: 80, https: 443, ssh: 22 } as const;
const urlLengthMax = 2048;

/** `user@host:path`, the short form of SSH. */
const shortSsh = /^([A-Za-z0-9_][A-Za-z0-9._-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/\/)([^\s]+)$/;

/** @throws GitFailure `refused`, with a message that repeats nothing of the URL but its scheme. */
export function parseRemoteUrl(text: string): RemoteUrl {
  if (text.length > urlLengthMax) throw refused(`it is longer than ${urlLengthMax} characters`);
  if (/[\u0000-\u0020\u007f\\]/.test(text)) throw refused('it holds a space, a control character or a backslash');
  if (text.startsWith('-')) throw refused('it could be read as an option');
  if (/^[A-Za-z0-9+.-]*::/.test(text)) throw refused('remote helpers are not allowed');
  const short = shortSsh.exec(text);
  if (short) return shortSshUrl(short, text);
  if (!URL.canParse(text)) throw refused('it is not an absolute URL');
  return fromUrl(new URL(text));
}

function shortSshUrl([, user = '', host = '', path = '']: readonly string[], text: string): RemoteUrl {
  if (path.startsWith('-') || path.split('/').includes('..')) throw refused('its path leaves its folder or could be read as an option');
  return { scheme: 'ssh', host: host.toLowerCase(), port: 22, user, path: path.startsWith('/') ? path : `/${path}`, href: text };
}

function fromUrl(url: URL): RemoteUrl {
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'ssh') {
    throw refused(`the scheme ${JSON.stringify(scheme)} is not one of https, http, ssh`);
  }
  if (url.password !== '' || (scheme !== 'ssh' && url.username !== '')) {
    throw refused('it holds a credential; name a secret instead');
  }
  if (url.search !== '' || url.hash !== '') throw refused('it holds a query or a fragment');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '' || !/^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/.test(host)) throw refused('its host is missing or malformed');
  if (url.username !== '' && !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(url.username)) throw refused('its user is malformed');
  // An encoded separator or dot means one path to a prefix check and another one to the server.
  if (/%(?:2e|2f|5c|0)/i.test(url.pathname)) throw refused('its path holds an encoded dot, separator or control character');
  return {
    scheme, host: host.toLowerCase(), port: url.port === '' ? defaultPorts[scheme] : Number(url.port),
    user: url.username === '' ? null : url.username, path: url.pathname === '' ? '/' : url.pathname, href: url.href,
  };
}

/** The credential, when it is meant for this URL; null otherwise: then the remote is asked anonymously. */
export function credentialFor(url: RemoteUrl, credential: GitCredential | undefined): GitCredential | null {
  if (!credential) return null;
  const prefix = parseRemoteUrl(credential.urlPrefix);
  if (prefix.scheme !== url.scheme || prefix.host !== url.host || prefix.port !== url.port) return null;
  if (prefix.user !== null && prefix.user !== url.user) return null;
  const folder = prefix.path.endsWith('/') ? prefix.path : `${prefix.path}/`;
  return url.path === prefix.path || url.path.startsWith(folder) ? credential : null;
}

/** `https://host/path`, for messages. */
export function shownUrl(url: RemoteUrl): string {
  const port = url.port === defaultPorts[url.scheme] ? '' : `:${url.port}`;
  return `${url.scheme}://${url.host.includes(':') ? `[${url.host}]` : url.host}${port}${url.path}`;
}

function refused(why: string): GitFailure {
  return new GitFailure('refused', `the remote URL is refused: ${why}`);
}
