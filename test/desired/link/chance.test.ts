/** Laws of linking, attacked by chance: it never throws, and never takes not knowing for nothing wanted. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { link } from '../../../reconciler/desired/link/link.ts';
import { all, file, given, source, type Texts } from './given.ts';

/** One edit of one file: a line left out, doubled, indented, or with a word changed; or the file cut short or gone. */
const edit = fc.record({
  path: fc.constantFrom(...Object.keys(all)),
  line: fc.nat({ max: 30 }),
  how: fc.constantFrom('leave out', 'double', 'indent', 'change', 'cut', 'gone'),
  word: fc.constantFrom('x', '0', '-1', '[]', '{}', 'null', '"a b"', 'store', 'api', 'local', 'west', 'two', '__proto__', 'constructor'),
});

function edited(texts: Texts, { path, line, how, word }: typeof edit extends fc.Arbitrary<infer Edit> ? Edit : never): Texts {
  if (how === 'gone') return Object.fromEntries(Object.entries(texts).filter(([each]) => each !== path));
  const text = texts[path] ?? '';
  const lines = text.split('\n');
  if (how === 'cut') return { ...texts, [path]: text.slice(0, line * 7) };
  const old = lines[line] ?? '';
  const now = { 'leave out': [], double: [old, old], indent: [`  ${old}`], change: [old.replace(/[a-z0-9-]+(?=[^a-z0-9-]*$)/, word)] }[how];
  return { ...texts, [path]: [...lines.slice(0, line), ...now, ...lines.slice(line + 1)].join('\n') };
}

it('holds, lets go or follows, and always says why', () => {
  const before = link(given(source(all)), null);
  fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
    const texts = edits.reduce(edited, all);
    const state = link(given(source(texts)), before);
    const shop = state.desired.applications.get('default/shop' as never);
    const errors = state.problems.filter(({ severity }) => severity === 'error');
    if (shop === undefined) {
      // It is gone only if its file is, or can be read and names it no more.
      const own = texts['shop.yaml'];
      expect(own === undefined || !file(own).unreadable).toBe(true);
      expect(own === undefined ? [] : file(own).documents.filter(({ kind, name }) => kind === 'Application' && name === 'shop')).toEqual([]);
    } else if (shop.heldBy.length > 0) {
      expect({ ...shop, heldBy: [] }).toEqual(before.desired.applications.get(shop.id));
      expect(errors.some(({ applications }) => applications?.includes(shop.id))).toBe(true);
    } else {
      expect(errors.filter(({ applications }) => applications?.includes(shop.id))).toEqual([]);
    }
    // What was linked before saves work and changes nothing but what is held.
    const fresh = link(given(source(texts)), null);
    const good = (each: typeof state): unknown => [...each.desired.applications].filter(([, { heldBy }]) => heldBy.length === 0);
    expect(good(state)).toEqual(good(fresh));
    expect(state.problems.map(({ code, file: path, message }) => [code, path, message])).toEqual(fresh.problems.map(({ code, file: path, message }) => [code, path, message]));
    expect(link(given(source(all)), state).desired.applications).toEqual(before.desired.applications);
  }), { numRuns: 400 });
});
