/**
 * The same part of a definition, said in several documents: an application over a pattern over a template, an override over a group.
 * The nearest layer stands first and wins; every value remembers where it was said.
 */

import type { Origin } from '../../model/problem.ts';
import { pointerOf } from '../parse/pointer.ts';
import type { Place } from './finder.ts';
import { originIn, type Entry } from './registry.ts';

export interface Layer<T> {
  readonly entry: Entry;
  readonly pointer: string;
  readonly value: T;
}

export type Layers<T> = readonly Layer<T>[];

/** What a key holds in each layer that has it. */
export function below<T extends object, K extends keyof T & string>(layers: Layers<T>, key: K): Layers<NonNullable<T[K]>> {
  return layers.flatMap((layer) => {
    const value = Object.hasOwn(layer.value, key) ? layer.value[key] : undefined;
    return value === undefined || value === null ? [] : [{ entry: layer.entry, pointer: `${layer.pointer}${pointerOf([key])}`, value: value as NonNullable<T[K]> }];
  });
}

/** What the nearest layer says, if any says it. */
export function nearestOf<T extends object, K extends keyof T & string>(layers: Layers<T>, key: K): Layer<NonNullable<T[K]>> | undefined {
  return below(layers, key)[0];
}

/** All keys of all layers, each with what its nearest layer says; the order is that of the farthest layer, then of nearer ones. */
export function merged<V>(layers: Layers<Readonly<Record<string, V | undefined>>>): Map<string, Layer<V>> {
  const result = new Map<string, Layer<V>>();
  for (const layer of layers.toReversed()) {
    for (const [key, value] of Object.entries(layer.value)) {
      if (value !== undefined) result.set(key, { entry: layer.entry, pointer: `${layer.pointer}${pointerOf([key])}`, value });
    }
  }
  return result;
}

export function originOf(place: Place): Origin {
  return originIn(place.entry, place.pointer);
}
