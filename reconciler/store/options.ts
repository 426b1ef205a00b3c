/** What every store is opened with, and what it says of itself. */

export interface StoreOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What happened to the store itself, for people and logs: nothing is asked of the caller. */
  readonly onRemark: (remark: StoreRemark) => void;
  readonly limits?: Partial<StoreLimits>;
}

/** `set-aside`: the file could not be used and a new one is begun. `healed`: the file was lost while in use and stands again. `degraded`: something was not kept. */
export interface StoreRemark {
  readonly kind: 'set-aside' | 'healed' | 'degraded';
  readonly text: string;
}

export interface StoreLimits {
  readonly journalEntries: number;
  readonly parsedBytes: number;
  readonly deliveryKeepMs: number;
  /** How often an idle store looks whether its file still stands. */
  readonly checkEveryMs: number;
}
