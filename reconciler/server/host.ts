/**
 * Which Host headers the operators' listener answers to. A page of another site whose name was made to resolve to this
 * machine (DNS rebinding) sends its own name, and is refused.
 */

const localNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * @param publicUrl where people reach the listener from outside, through a proxy or under a name of its own.
 * @returns whether a Host header may be answered. Local names must carry the port that the request came in at; without
 * a socket (`localPort` undefined) any port will do.
 */
export function hostCheck(publicUrl: string | null): (host: string | undefined, localPort: number | undefined) => boolean {
  const publicHosts = publicUrl === null ? [] : hostsOf(new URL(publicUrl));
  return (header, localPort) => {
    if (header === undefined) return false;
    const host = header.toLowerCase();
    if (publicHosts.includes(host)) return true;
    const colon = host.lastIndexOf(':');
    const hasPort = colon > host.lastIndexOf(']');
    const name = hasPort ? host.slice(0, colon) : host;
    if (!localNames.includes(name)) return false;
    return localPort === undefined || (hasPort ? host.slice(colon + 1) : '80') === String(localPort);
  };
}

/** The host with its port; the default port may be left out. */
function hostsOf(url: URL): string[] {
  if (url.port !== '') return [url.host];
  return [url.host, `${url.hostname}:${url.protocol === 'https:' ? 443 : 80}`];
}

/** Whether a request names more than one host: whoever stands in front may have looked at another one than we do. */
export function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}
