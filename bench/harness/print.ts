/** Results as text, as one line of JSON each, or as a table in Markdown. */

import type { Machine } from './machine.ts';
import type { Measured, Result } from './run-case.ts';

export const formats = ['text', 'json', 'markdown'] as const;
export type Format = (typeof formats)[number];

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value >= 10 ? value.toFixed(1) : value.toPrecision(2);
const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
const ratio = (value: number): string => (Number.isFinite(value) ? `${number(value)}×` : '–');
const rate = (result: Result, measured: Measured): string => `${number(result.operations / (measured.wallMs.median / 1000))}/s`;
const facts = (measured: Measured): string => Object.entries(measured.facts).map(([name, value]) => `${name} ${number(value)}`).join(', ');

export function printMachine(machine: Machine, format: Format): string {
  const { node, git, processors, model, memoryBytes, load, loaded } = machine;
  if (format === 'json') return JSON.stringify({ machine });
  const words = `Node ${node}, git ${git ?? 'not installed'}, ${processors} × ${model}, ${Math.round(memoryBytes / 1e9)} GB, load ${load.toFixed(1)}`;
  const warning = loaded ? '\nThe machine is loaded: ratios carry over, absolute times do not.' : '';
  return `${words}${warning}\n${format === 'markdown' ? '\n| benchmark | ours | floor | wall ratio (range) | CPU ratio | peak memory |\n|---|---|---|---|---|---|' : ''}`.trimEnd();
}

export function printResult(result: Result, format: Format): string {
  if (format === 'json') return result.floors.map((floor) => JSON.stringify(flat(result, floor))).join('\n');
  return result.floors.map((floor) => {
    const { wallRatio: { median, least, most }, cpuRatio, measured } = floor;
    const range = `${ratio(median)} (${ratio(least)} to ${ratio(most)})`;
    const memory = `${mebibytes(result.ours.peakBytes)} / ${mebibytes(measured.peakBytes)}`;
    if (format === 'markdown') {
      return `| ${result.benchmark}: ${result.case} | ${side(result, result.ours)} | ${floor.floor.replaceAll('|', '\\|')}: ${side(result, measured)} | ${range} | ${ratio(cpuRatio)} | ${memory} |`;
    }
    return [
      `${result.benchmark}: ${result.case} (${number(result.operations)} × ${result.operation}, ${result.rounds} rounds)`,
      `  ours   ${side(result, result.ours)}`,
      `  floor  ${side(result, measured)}   [${floor.floor}]`,
      `  ratio  wall ${range}, CPU ${ratio(cpuRatio)}, peak memory ${memory}`,
    ].join('\n');
  }).join('\n');
}

function side(result: Result, measured: Measured): string {
  const more = facts(measured);
  return `${number(measured.wallMs.median)} ms, CPU ${number(measured.cpuMs.median)} ms, ${rate(result, measured)}${more === '' ? '' : `, ${more}`}`;
}

function flat(result: Result, floor: Result['floors'][number]): object {
  const { benchmark, operation, operations, rounds, ours } = result;
  return {
    name: `${benchmark}/${result.case}`, operation, operations, rounds, floorName: floor.floor,
    value: ours.wallMs.median, floor: floor.measured.wallMs.median, unit: 'ms',
    ratio: floor.wallRatio, cpu: { ours: ours.cpuMs.median, floor: floor.measured.cpuMs.median, ratio: floor.cpuRatio },
    peakMemoryBytes: { ours: ours.peakBytes, floor: floor.measured.peakBytes }, facts: { ours: ours.facts, floor: floor.measured.facts },
  };
}
