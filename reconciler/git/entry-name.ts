/** Which names an entry of a tree may have. A name that some file system could take for `.git` or a parent is none. */

/** Characters that HFS+ leaves out when it compares names. */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
const nameBytesMax = 255;

/** Why a name is refused; null when it is fine. Distinct names that look alike (case, normal form) are both fine. */
export function entryNameRefusal(name: string, bytes: number): string | null {
  if (name === '') return 'is empty';
  if (bytes > nameBytesMax) return `is longer than ${nameBytesMax} bytes`;
  if (/[/\\]/.test(name)) return 'holds a separator';
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'holds a control character';
  // NTFS drops trailing dots and spaces and reads what follows a colon as a stream's name.
  const [plain = ''] = name.replace(ignoredByHfs, '').split(':');
  if (plain === '.' || plain === '..') return 'leaves its folder';
  const folded = plain.toLowerCase().replace(/[. ]+$/, '');
  if (folded === '.git' || /^git~\d+$/.test(folded)) return 'is the name of a Git directory';
  if (folded === '' && plain !== '') return 'leaves its folder';
  return null;
}
