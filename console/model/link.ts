/** Which addresses may become links. */

/** The address to link to when it is http or https; else null, and the address is shown as text only. */
export function linkTarget(address: string): string | null {
  // Browsers drop line breaks and tabs inside an address: what is shown would not be where it leads.
  if (/[\s\p{Cc}\p{Cf}]/u.test(address) || !URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return protocol === 'http:' || protocol === 'https:' ? href : null;
}
