/**
 * Sequences: what tells a message from its own replay. One sender's sequence only rises.
 * An agent's goes on over restarts because its boot number is the high half; it needs no file of its own for it.
 */

const countersPerBoot = 2 ** 32;
const bootsMax = 2 ** 21 - 1;

/**
 * The sequence of a sender's `counter`-th message since its `boots`-th start; 0 boots for a sender that does not restart
 * within its epoch.
 * @throws RangeError when the number would not be exact.
 */
export function sequenceOf(boots: number, counter: number): number {
  if (!Number.isInteger(boots) || boots < 0 || boots > bootsMax) throw new RangeError(`boots must be a whole number up to ${bootsMax}, not ${boots}`);
  if (!Number.isInteger(counter) || counter < 0 || counter >= countersPerBoot) throw new RangeError(`a boot has no ${counter}-th message`);
  return boots * countersPerBoot + counter;
}

/** Hands out the sequences of one start, from 1 on. */
export function sequencer(boots: number): () => number {
  let counter = 0;
  return () => sequenceOf(boots, ++counter);
}
