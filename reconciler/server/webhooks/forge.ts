/**
 * What one forge's deliveries look like: where the proof of their origin stands, what names a delivery, and what the
 * payload announces. Reading a payload never fails: what is missing or of the wrong shape is null.
 */

/** A header by its lower-case name. */
export type Headers = (name: string) => string | undefined;

/** How a delivery proves that its sender knows the secret. */
export type Proof =
  /** HMAC-SHA-256 of the raw body, in hex. */
  | { readonly kind: 'signature'; readonly hex: string }
  /** The secret itself. */
  | { readonly kind: 'token'; readonly token: string };

/** A hint, and never more than that: what is wanted is read from the repository itself. */
export interface Announced {
  readonly repositoryUrl: string | null;
  /** A full reference, e.g. `refs/heads/main`; null when none or several are named. */
  readonly reference: string | null;
}

export interface Forge {
  /** Null: the delivery brings no proof in the form that this forge uses. */
  proof(header: Headers): Proof | null;
  /** The id of the delivery; no signature covers it. */
  delivery(header: Headers): string | null;
  announced(payload: unknown): Announced;
  /** Whether the payload may come as the field `payload` of a form. */
  readonly sendsForms: boolean;
}

/** `sha256=<hex>`, as most forges write a signature. */
export function prefixedSignature(value: string | undefined): Proof | null {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(value ?? '')?.[1];
  return hex === undefined ? null : { kind: 'signature', hex };
}
