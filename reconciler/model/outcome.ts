/** How an attempt ended, sorted by the next move. Throwing is for our own mistakes. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly atMs: number; readonly why: string }
  /** A person must act. */
  | { readonly kind: 'stalled'; readonly why: string }
  /** The offering has nothing left: try another for a while. */
  | { readonly kind: 'no-capacity'; readonly untilMs: number; readonly why: string };

export const done: Outcome = { kind: 'done' };
