/** Where a member listens: a link when the address is one of the web, else text. */

import { linkTarget } from '../model/link.ts';

export function Address({ url }: { readonly url: string }) {
  const target = linkTarget(url);
  return target === null ? <code>{url}</code> : <a href={target} target="_blank" rel="noreferrer noopener">{url}</a>;
}
