/**
 * Builds the console into `console/dist/`. Invariants: whoever serves that folder meanwhile sees either the old page or
 * the new one, whole; two builds at once do not disturb each other; what was built from the present sources is not built again.
 */
/** Builds the page unless it stands there already, built from these sources. @returns whether it was built. */
export declare function ensureConsole(): Promise<boolean>;
/** Builds the page. @throws Error when the sources cannot be built; the page that stands there stays. */
export declare function buildConsole(): Promise<void>;
