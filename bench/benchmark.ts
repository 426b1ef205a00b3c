/**
 * What a benchmark is: the same work done by us and by a floor, which is the least that could do it at all. Each side runs
 * in a process of its own, so that memory and CPU time are its own; only `prepare` runs in the runner's.
 */

/** `tiny`: enough to see that it works. `full`: what the published figures are measured with. */
export type Scale = 'tiny' | 'full';

export interface World {
  readonly scale: Scale;
  /** A folder of this benchmark, removed afterwards; what `prepare` leaves there both sides find. */
  readonly folder: string;
  /** The most rounds that there will be, those that only warm up among them. */
  readonly roundsMax: number;
}

/** Figures of one round beyond time and memory, by name with the unit, e.g. `p99 ms`. */
export type Facts = Readonly<Record<string, number>>;

export interface Side {
  /** Runs just before each round, unmeasured. */
  before?(): Promise<void> | void;
  /** What is measured. */
  round(): Promise<Facts | void> | Facts | void;
  /** Processes that this side started and that are not part of it: brokers, load generators. */
  readonly outside?: readonly number[];
  close?(): Promise<void> | void;
}

export type SetUp = (world: World) => Promise<Side> | Side;

export interface Case {
  readonly name: string;
  /** What one operation is, and how many a round does. */
  readonly operation: string;
  readonly operations: number;
  /** `kept`: one process per side, warmed up. `fresh`: a new process for each round, as after a start. */
  readonly process: 'kept' | 'fresh';
  readonly ours: SetUp;
  /** Each by what it is. */
  readonly floors: Readonly<Record<string, SetUp>>;
}

export interface Benchmark {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly prepare?: (world: World) => Promise<void>;
  /** Cases that cannot run on this machine are told by their name and why. */
  readonly cases: (world: World) => Promise<{ readonly cases: readonly Case[]; readonly skipped: Readonly<Record<string, string>> }>;
}

/** What a scale stands for here. */
export function sized<Size>(scale: Scale, sizes: Readonly<Record<Scale, Size>>): Size {
  return sizes[scale];
}
