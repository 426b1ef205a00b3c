/**
 * Errors that a caller may see, as RFC 9457 problem details. Whatever else is thrown is answered with a bare 500:
 * nothing of its message leaves the process.
 */

import type { ProblemDetails } from '../../schemas/api/bodies.generated.ts';
import { everyAnswerHeaders } from './headers.ts';

/** Thrown by a handler to refuse a request; `detail` is shown to the caller. */
export class Refusal extends Error {
  readonly status: number;
  /** Stable and kebab-case; the last part of the problem's type. */
  readonly code: string;
  readonly nearest: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(of: { status: number; code: string; detail: string; nearest?: string | null; headers?: Readonly<Record<string, string>> }) {
    super(of.detail);
    this.name = 'Refusal';
    this.status = of.status;
    this.code = of.code;
    this.nearest = of.nearest ?? null;
    this.headers = of.headers ?? {};
  }
}

/** A name that does not exist, as 404, with the nearest one that does. */
export function unknown(what: string, name: string, nearest: string | null): Refusal {
  const suggestion = nearest === null ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
  return new Refusal({ status: 404, code: `unknown-${what.replaceAll(' ', '-')}`, detail: `There is no ${what} ${JSON.stringify(name)}${suggestion}`, nearest });
}

/** The answer to a refused request. */
export function problemResponse(refusal: Refusal): Response {
  const title = refusal.code.replaceAll('-', ' ');
  const body: ProblemDetails = {
    type: `urn:stratos:problem:${refusal.code}`,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    status: refusal.status,
    detail: refusal.message,
    ...(refusal.nearest === null ? {} : { nearest: refusal.nearest }),
  };
  return new Response(JSON.stringify(body), {
    status: refusal.status,
    headers: { ...everyAnswerHeaders, 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...refusal.headers },
  });
}

/** What an unforeseen failure looks like from outside. */
export function internalError(): Refusal {
  return new Refusal({ status: 500, code: 'internal-error', detail: 'The request failed inside the server; its log says more.' });
}
