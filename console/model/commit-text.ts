/** Commits for people. */

/** The first eight digits. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 8);
}

/** The first line of a message, and what follows after blank lines; the latter may be empty. */
export function splitMessage(message: string): { readonly subject: string; readonly body: string } {
  const text = message.trim();
  const end = text.search(/[\r\n]/);
  return end === -1 ? { subject: text, body: '' } : { subject: text.slice(0, end).trim(), body: text.slice(end).trim() };
}

/** The name out of `Name <address>`; the whole when it has no name. */
export function authorName(author: string): string {
  const name = author.replace(/<[^>]*>\s*$/, '').trim();
  return name === '' ? author : name;
}
