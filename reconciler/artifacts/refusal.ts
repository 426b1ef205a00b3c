/** What can not become a bundle, however often it is tried: the text names what in the commit is at fault. */

export class BundleRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BundleRefused';
  }
}
