/** Places in files: `shop.yaml:12:7`, as editors and terminals read them. */

export function placeText(place: { readonly file: string; readonly line: number | null; readonly column: number | null }): string {
  const line = place.line === null ? '' : `:${place.line}`;
  const column = place.line === null || place.column === null ? '' : `:${place.column}`;
  return `${place.file}${line}${column}`;
}
