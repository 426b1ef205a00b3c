/** The two ways in which a checkout does not happen, by what comes next. */

/** The bundle itself is at fault: it would be refused on every member and every time. */
export class BundleRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BundleRefused';
  }
}

/** The bundle did not arrive as what it should be; that says nothing about the bundle. */
export class FetchFailed extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'FetchFailed';
  }
}
