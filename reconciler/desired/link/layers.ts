/**
 * The same part of a definition, said in several documents: an application over a pattern over a template, an override over a group.
 * The nearest layer stands first and wins; every value remembers where it was said.
 */

import type { Origin } from '../../model/problem.ts';
import { escapedStep } from '../parse/pointer.ts';
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
  const result: Layer<NonNullable<T[K]>>[] = [];
  for (const layer of layers) {
    const value = Object.hasOwn(layer.value, key) ? layer.value[key] : undefined;
    if (value !== undefined && value !== null) result.push({ entry: layer.entry, pointer: `${layer.pointer}/${escapedStep(key)}`, value });
  }
  return result;
}

/** What the nearest layer says, if any says it. */
export function nearestOf<T extends object, K extends keyof T & string>(layers: Layers<T>, key: K): Layer<NonNullable<T[K]>> | undefined {
  for (const layer of layers) {
    const value = Object.hasOwn(layer.value, key) ? layer.value[key] : undefined;
    if (value !== undefined && value !== null) return { entry: layer.entry, pointer: `${layer.pointer}/${escapedStep(key)}`, value };
  }
  return undefined;
}

/** All keys of all layers, each with what its nearest layer says; the order is that of the farthest layer, then of nearer ones. */
export function merged<V>(layers: Layers<Readonly<Record<string, V | undefined>>>): Map<string, Layer<V>> {
  const result = new Map<string, Layer<V>>();
  for (const layer of layers.toReversed()) {
    for (const [key, value] of Object.entries(layer.value)) {
      if (value !== undefined) result.set(key, { entry: layer.entry, pointer: `${layer.pointer}/${escapedStep(key)}`, value });
    }
  }
  return result;
}

export function originOf(place: Place): Origin {
  return originIn(place.entry, place.pointer);
}
