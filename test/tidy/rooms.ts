/** Which part of the repository a file belongs to, and what each room may import. Mirrors the references of the rooms' tsconfig.json. */

/** Folders whose code is the product. */
const sourceFolders = /^(?:schemas|reconciler|agent|cli|console|templates|bench)\//;
const generated = /(?:^|[./])generated\.ts$|(?:^|\/)generated\//;

export function isCode(path: string): boolean {
  return /\.(?:tsx?|mjs)$/.test(path) && (sourceFolders.test(path) || isTest(path));
}

export function isTest(path: string): boolean {
  return path.startsWith('test/');
}

export function isGenerated(path: string): boolean {
  return generated.test(path);
}

/** Counted in the median: written by hand, and no test. */
export function isSource(path: string): boolean {
  return isCode(path) && !isTest(path) && !isGenerated(path);
}

const planner = ['schemas', 'reconciler/model', 'reconciler/contracts'];
const effects = [...planner, 'reconciler/plan'];

/** Room → rooms that it may import, besides itself. Test and bench may import everything. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  'reconciler/model': ['schemas'],
  'reconciler/contracts': ['schemas', 'reconciler/model'],
  'reconciler/desired': planner,
  'reconciler/plan': planner,
  'reconciler/git': effects,
  'reconciler/sources': [...effects, 'reconciler/git'],
  'reconciler/artifacts': [...effects, 'reconciler/git'],
  'reconciler/observed': [...effects, 'agent/transports'],
  'reconciler/apply': [...effects, 'agent/transports'],
  'reconciler/providers': effects,
  'reconciler/store': effects,
  'reconciler/server': effects,
  'agent/transports': ['schemas'],
  agent: ['schemas', 'agent/transports'],
  templates: [],
  console: ['schemas'],
  'console/build': [],
  cli: [...planner, 'reconciler/desired', 'reconciler/plan'],
};

/** Rooms that a room may import only lazily, by `import()`: what few commands need must cost the others nothing. */
const mayImportLazily: Readonly<Record<string, readonly string[]>> = {
  cli: ['reconciler', 'reconciler/sources', 'reconciler/git', 'reconciler/server'],
};

/** The room of a file: its longest listed prefix; `reconciler` for the files that wire its rooms together. */
export function roomOf(path: string): string {
  const rooms = Object.keys(mayImport).filter((room) => path.startsWith(`${room}/`));
  rooms.sort((a, b) => b.length - a.length);
  return rooms[0] ?? path.split('/', 1)[0] ?? path;
}

/** Whether an import from one file to the other goes the one way that imports may go. */
export function isAllowed(of: { from: string; to: string; lazy: boolean }): boolean {
  const from = roomOf(of.from);
  const to = roomOf(of.to);
  if (from === to || isTest(of.from) || from === 'bench') return true;
  if (from === 'reconciler') return to === 'schemas' || to === 'templates' || to === 'agent/transports' || to.startsWith('reconciler/') || (to === 'console/build' && of.lazy);
  return mayImport[from]?.includes(to) === true || (of.lazy && mayImportLazily[from]?.includes(to) === true);
}

/** What a room may import, for people. */
export function importableFrom(path: string): string {
  const rooms = mayImport[roomOf(path)] ?? [];
  return rooms.length === 0 ? 'nothing of ours' : rooms.join(', ');
}
