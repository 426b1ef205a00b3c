/** Times as the API shows them: RFC 3339 in UTC. */

export function rfc3339(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function rfc3339OrNull(atMs: number | null): string | null {
  return atMs === null ? null : rfc3339(atMs);
}
