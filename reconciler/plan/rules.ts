/** The numbers that the rules of safety are made of, in one place. Why each is what it is stands beside it. */

/** An agent reports every 2 s; five missed ones and a margin for a busy machine. */
export const silenceMs = 12_000;
/** A balancer that does not acknowledge a leaving member for this long no longer keeps it from leaving. */
export const acknowledgeMs = 10_000;
/** An assignment that the agent has not seen is sent again after this. */
export const resendMs = 3_000;
/** A life that ends before this was not a good one: it counts as a failure of its slot. */
export const trustedAfterMs = 30_000;
/** Failures of a slot that cost no delay: a crash is healed at once, a crash loop is not. */
export const freeFailures = 3;
export const backOffMaxMs = 60_000;
/** Replacements that rest on silence: at most max(1, 10 %) of a cluster in this window. */
export const breakerWindowMs = 600_000;
export const breakerShare = 0.1;
/** More than this share and more than this many judged lost at once: suspect ourselves or the network first. */
export const meltdownShare = 0.2;
export const meltdownCount = 3;
/** Removals of one commit that need an approval: more than this share and more than this many members. */
export const removalShare = 0.2;
export const removalCount = 10;
/** Silences kept for the breaker. */
export const silencesKept = 100;
/** A drain's deadline counts from when the balancers had their time to let go. */
export const drainGraceMs = 1_000;

/** The delay before the next life of a slot after `failures` bad ones in a row. */
export function backOffMs(failures: number): number {
  return failures <= freeFailures ? 0 : Math.min(backOffMaxMs, 1_000 * 2 ** (failures - freeFailures - 1));
}
