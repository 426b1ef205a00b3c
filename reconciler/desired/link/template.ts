/**
 * An application that uses a template: its own words over the chosen deployment pattern over the template's application,
 * with the parameters filled in. What comes out is checked as if it had been written by hand.
 */

import type { ApplicationSpec } from '../../../schemas/kinds/application/generated.ts';
import type { ApplicationTemplate } from '../../../schemas/kinds/application-template/generated.ts';
import { explain } from '../parse/explain.ts';
import { didYouMean } from '../../../schemas/nearest.ts';
import { placeholder } from '../parse/rules/template.ts';
import { applicationSpecErrors, parameterErrors } from '../parse/validators.ts';
import { pointerOf, stepsOf } from '../parse/pointer.ts';
import type { Finder, Found, Place } from './finder.ts';
import type { Layer, Layers } from './layers.ts';

type Values = Readonly<Record<string, unknown>>;

/** The `spec` of an application in layers, nearest first; null after errors. */
export function specLayers(application: Found<'Application'>, finder: Finder): Layers<ApplicationSpec> | null {
  const own: Layer<ApplicationSpec> = { entry: application.entry, pointer: '/spec', value: application.value.spec };
  const name = own.value.template;
  if (name === undefined) return [own];
  const template = finder.find('ApplicationTemplate', name, { entry: own.entry, pointer: '/spec/template' });
  if (template === null) return null;
  const values = parameterValues(template.value, own, finder);
  const pattern = patternLayer(template, own, finder);
  if (values === null || pattern === null) return null;
  const base: Layer<unknown> = { entry: template.entry, pointer: '/spec/application', value: template.value.spec.application };
  const filled = [...pattern, base].map((layer) => ({ ...layer, value: fill(layer.value, values) as ApplicationSpec }));
  const { template: _template, pattern: _pattern, parameters: _parameters, ...rest } = own.value;
  const layers = [{ ...own, value: rest }, ...filled];
  return isSound(layers, { entry: own.entry, pointer: '/spec/template' }, finder) ? layers : null;
}

/** The parameters with their defaults; null after errors. */
function parameterValues(template: ApplicationTemplate, own: Layer<ApplicationSpec>, finder: Finder): Values | null {
  const declared = template.spec.parameters?.properties ?? {};
  const given = own.value.parameters ?? {};
  let sound = true;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue;
    sound = false;
    finder.error({ entry: own.entry, pointer: `/spec/parameters${pointerOf([name])}` }, 'unknown-parameter', `the template ${JSON.stringify(template.metadata.name)} has no parameter ${JSON.stringify(name)}${didYouMean(name, Object.keys(declared))}`);
  }
  const known = Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(declared, name)));
  for (const finding of explain(template.spec.parameters === undefined ? [] : parameterErrors(template.spec.parameters, known))) {
    sound = false;
    finder.error({ entry: own.entry, pointer: `/spec/parameters${finding.pointer}` }, 'invalid-parameter', finding.message);
  }
  const defaults = Object.entries(declared).flatMap(([name, parameter]) => (parameter.default === undefined ? [] : [[name, parameter.default] as const]));
  return sound ? { ...Object.fromEntries(defaults), ...known } : null;
}

function patternLayer(template: Found<'ApplicationTemplate'>, own: Layer<ApplicationSpec>, finder: Finder): Layer<unknown>[] | null {
  const name = own.value.pattern;
  if (name === undefined) return [];
  const patterns = template.value.spec.patterns ?? {};
  if (Object.hasOwn(patterns, name)) return [{ entry: template.entry, pointer: `/spec/patterns/${name}`, value: patterns[name] }];
  finder.error({ entry: own.entry, pointer: '/spec/pattern' }, 'unknown-reference', `the template ${JSON.stringify(template.value.metadata.name)} has no pattern ${JSON.stringify(name)}${didYouMean(name, Object.keys(patterns))}`);
  return null;
}

/** A parameter that nobody gave, and that has no default, leaves its key out. */
function fill(value: unknown, values: Values): unknown {
  if (typeof value === 'string') {
    const name = placeholder.exec(value)?.[1];
    return name === undefined ? value : values[name];
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, values)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => {
    const filled = fill(item, values);
    return filled === undefined ? [] : [[key, filled]];
  }));
}

/** Reports what the layers break when laid over each other, where the nearest layer that is concerned says it. */
function isSound(layers: Layers<ApplicationSpec>, fallback: Place, finder: Finder): boolean {
  const whole = layers.toReversed().reduce<unknown>((under, layer) => overlay(under, layer.value), {});
  const findings = explain(applicationSpecErrors(whole));
  for (const finding of findings) {
    const steps = stepsOf(finding.pointer);
    const layer = layers.find(({ value }) => has(value, steps));
    const place = layer === undefined || layer.entry !== fallback.entry ? fallback : { entry: layer.entry, pointer: `${layer.pointer}${finding.pointer}` };
    const where = layer === undefined ? '' : ` (${finding.pointer} of ${layer.entry.kind} ${JSON.stringify(layer.entry.name)})`;
    finder.error(place, finding.code, `${finding.message}${place === fallback ? where : ''}`);
  }
  return findings.length === 0;
}

function overlay(under: unknown, over: unknown): unknown {
  if (!isKeys(under) || !isKeys(over)) return over;
  return { ...under, ...Object.fromEntries(Object.entries(over).map(([key, value]) => [key, Object.hasOwn(under, key) ? overlay(under[key], value) : value])) };
}

function has(value: unknown, steps: readonly string[]): boolean {
  const [step, ...rest] = steps;
  if (step === undefined) return true;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step) && has((value as Values)[step], rest);
}

const isKeys = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);
