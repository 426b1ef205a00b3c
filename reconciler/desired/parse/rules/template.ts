/**
 * Rules on one application template. Its application and patterns are checked against the application's schema as they stand,
 * a `${name}` counting as any value; required keys are left for the application that uses it, which may bring them.
 */

import type { ApplicationTemplate, ApplicationTemplateParameter } from '../../../../schemas/kinds/application-template/generated.ts';
import { explain } from '../explain.ts';
import { didYouMean } from '../../../../schemas/nearest.ts';
import type { Finding } from '../parsed.ts';
import { pointerOf } from '../pointer.ts';
import { applicationSpecErrors } from '../validators.ts';

/** `${name}` as the whole of a text. */
export const placeholder = /^\$\{([A-Za-z][A-Za-z0-9_]*)\}$/;

export function templateFindings({ spec }: ApplicationTemplate): Finding[] {
  const parameters = spec.parameters?.properties ?? {};
  const findings = Object.entries(parameters).flatMap(([name, parameter]) => parameterFindings(parameter, `/spec/parameters/properties/${name}`));
  for (const [index, name] of (spec.parameters?.required ?? []).entries()) {
    if (!Object.hasOwn(parameters, name)) findings.push({ code: 'unknown-reference', pointer: `/spec/parameters/required/${index}`, at: 'value', message: `there is no parameter ${JSON.stringify(name)}${didYouMean(name, Object.keys(parameters))}` });
  }
  const bodies: [string, unknown][] = [['/spec/application', spec.application], ...Object.entries(spec.patterns ?? {}).map(([name, body]): [string, unknown] => [`/spec/patterns/${name}`, body])];
  for (const [pointer, body] of bodies) findings.push(...bodyFindings(body, pointer, Object.keys(parameters)));
  return findings;
}

function bodyFindings(body: unknown, pointer: string, parameters: readonly string[]): Finding[] {
  const used = placeholders(body, []);
  const places = new Set(used.map(({ steps }) => pointerOf(steps)));
  const errors = applicationSpecErrors(body).filter((error) => !places.has(error.instancePath) && !['required', 'if', 'dependentRequired'].includes(error.keyword));
  const findings = explain(errors).map((finding): Finding => ({ ...finding, pointer: `${pointer}${finding.pointer}` }));
  for (const { name, steps } of used) {
    const at = { pointer: `${pointer}${pointerOf(steps)}`, at: 'value' } as const;
    if (name === null) findings.push({ ...at, code: 'placeholder-in-text', message: 'a parameter replaces a whole value, never a part of a text' });
    else if (!parameters.includes(name)) findings.push({ ...at, code: 'unknown-reference', message: `there is no parameter ${JSON.stringify(name)}${didYouMean(name, parameters)}` });
  }
  return findings;
}

/** Where parameters are used; the name is null when `${…}` is only a part of the text. */
function placeholders(value: unknown, steps: readonly (string | number)[]): { name: string | null; steps: readonly (string | number)[] }[] {
  if (typeof value === 'string') {
    const whole = placeholder.exec(value);
    if (whole?.[1] !== undefined) return [{ name: whole[1], steps }];
    return value.includes('${') ? [{ name: null, steps }] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => placeholders(item, [...steps, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => placeholders(item, [...steps, key]));
}

function parameterFindings(parameter: ApplicationTemplateParameter, pointer: string): Finding[] {
  const fits = (value: unknown): boolean => (parameter.type === 'integer' ? Number.isInteger(value) : typeof value === parameter.type);
  const findings: Finding[] = [];
  if (parameter.default !== undefined && !fits(parameter.default)) findings.push({ code: 'wrong-type', pointer: `${pointer}/default`, at: 'value', message: `the default is not of type ${parameter.type}` });
  for (const [index, value] of (parameter.enum ?? []).entries()) {
    if (!fits(value)) findings.push({ code: 'wrong-type', pointer: `${pointer}/enum/${index}`, at: 'value', message: `this choice is not of type ${parameter.type}` });
  }
  return findings;
}
