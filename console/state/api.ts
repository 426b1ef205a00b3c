/** Requests to the status API. Every failure is an Error whose message can be shown. */

import type { ProblemDetails } from '../../schemas/api/bodies.generated.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const answerMs = 20_000;

/** The path with its query; parameters that are null are left out. */
export function apiUrl(path: string, parameters: Readonly<Record<string, string | number | null>>): string {
  const query = new URLSearchParams(Object.entries(parameters).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])));
  return `/api/v1/${path}?${query.toString()}`;
}

/** @returns the body; null when what was asked for does not exist. @throws Error */
export async function getBody<Body>(fetch: Fetch, url: string): Promise<Body | null> {
  const response = await fetch(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(answerMs) });
  if (response.ok) return await response.json() as Body;
  if (response.status === 404) {
    const details = await problemOf(response);
    if (details?.type.endsWith(':unknown-tenant') !== true) return null;
    throw new Error(details.detail);
  }
  throw new Error(await refusalText(response));
}

/** What an answer that is no success says. */
export async function refusalText(response: Response): Promise<string> {
  const details = await problemOf(response);
  return details === null ? `the server answers ${response.status}` : details.detail;
}

async function problemOf(response: Response): Promise<ProblemDetails | null> {
  if (response.headers.get('content-type')?.startsWith('application/problem+json') !== true) return null;
  return await response.json() as ProblemDetails;
}
