/** Reasons with the place they rest on: line and column are looked up here, when they are shown. */

import type { Because as ShownBecause, Origin as ShownOrigin } from '../../../schemas/api/bodies.generated.ts';
import type { View } from '../../contracts/view.ts';
import type { Because } from '../../model/plan.ts';
import type { Origin } from '../../model/problem.ts';

export type ShowBecause = (because: Because) => Promise<ShownBecause>;

/** @returns shows reasons; asks for the position of each origin once. */
export function becausePresenter(view: Pick<View, 'position'>): ShowBecause {
  const positions = new Map<string, Promise<{ line: number; column: number } | null>>();
  const positionOf = (origin: Origin): Promise<{ line: number; column: number } | null> => {
    const key = JSON.stringify([origin.source, origin.revision, origin.path, origin.document, origin.pointer]);
    let position = positions.get(key);
    // A place that cannot be told leaves the reason standing without line and column.
    if (position === undefined) positions.set(key, (position = view.position(origin).catch(() => null)));
    return position;
  };
  return async (because) => ({
    rule: because.rule,
    text: because.text,
    origin: because.origin === null ? null : shownOrigin(because.origin, await positionOf(because.origin)),
    inputs: { ...because.inputs },
  });
}

function shownOrigin(origin: Origin, position: { line: number; column: number } | null): ShownOrigin {
  return {
    source: origin.source, commit: origin.revision, file: origin.path, document: origin.document, pointer: origin.pointer,
    line: position?.line ?? null, column: position?.column ?? null,
  };
}
