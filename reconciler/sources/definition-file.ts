/** Which names are looked at in any source, and how much of it. */

export interface SourceLimits {
  readonly fileBytes: number;
  readonly files: number;
  /** Folders visited, equal ones counted each time: a few trees can be nested into any number of paths. */
  readonly folders: number;
  /** All files together, where they are held in memory. */
  readonly totalBytes: number;
}

export const defaultSourceLimits: SourceLimits = {
  fileBytes: 1024 * 1024, files: 10_000, folders: 20_000, totalBytes: 128 * 1024 * 1024,
};

export function isDefinitionFile(name: string): boolean {
  return !isHidden(name) && /\.(?:yaml|yml|json)$/i.test(name);
}

/** Dot files and folders belong to tools. */
export function isHidden(name: string): boolean {
  return name.startsWith('.');
}
