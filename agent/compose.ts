/** The report of now, put together from what the agent is. */

import { readFile } from 'node:fs/promises';
import type { Report, Serving } from '../schemas/messages/report.ts';
import { addressKey } from './environment.ts';
import type { Mind } from './fold.ts';
import { oneLine } from './operations/extensions/output.ts';
import type { Usage } from './operations/measure/measure.ts';
import type { Body } from './operations/operation.ts';

export interface ReportFacts {
  readonly hello: boolean;
  readonly serving: Serving;
  readonly usage: Usage;
  /** What is missing and why, the most important first. */
  readonly remarks: readonly string[];
}

const metadataValueMax = 1024;

export async function composeReport(body: Body, mind: Mind, facts: ReportFacts): Promise<Report> {
  const { state } = mind;
  return {
    member: body.join.member,
    hello: facts.hello,
    boots: state.boots,
    status: state.status,
    serving: facts.serving,
    applied: state.applied,
    seen: state.wanted?.generation ?? null,
    artifacts: state.inForce.map(({ repository, commit, digest }) => ({ repository, commit, digest })),
    refused: state.refused.map(({ repository, commit, digest, reason }) => ({ repository, commit, digest, reason })),
    endpoints: body.gate.endpoints(),
    metadata: await publishedMetadata(body),
    health: { ...body.gate.statistics, memoryConsumption: facts.usage.memoryConsumption, loadAverage: facts.usage.loadAverage },
    remark: oneLine([...facts.remarks, facts.usage.remark].filter(Boolean).join('; ')),
  };
}

/**
 * What the member publishes under its cartridge's metadata keys: its address under `url`, and what the workload wrote
 * into the file that `STRATOS_METADATA_FILE` names, a flat JSON object of strings.
 */
async function publishedMetadata(body: Body): Promise<Readonly<Record<string, string>>> {
  const { metadataKeys } = body.join.launch.settings;
  const published: Record<string, string> = {};
  const [endpoint] = body.gate.endpoints();
  if (endpoint !== undefined && metadataKeys.includes(addressKey)) published[addressKey] = endpoint.url;
  const others = metadataKeys.filter((key) => key !== addressKey);
  if (others.length === 0) return published;
  const written = await readMetadata(body.places.metadataFile);
  for (const key of others) {
    const value = Object.hasOwn(written, key) ? written[key] : undefined;
    if (typeof value === 'string' && value.length <= metadataValueMax) published[key] = value;
  }
  return published;
}

async function readMetadata(path: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
  } catch {
    // Not written yet, or being written: it is read again with the next report.
    return {};
  }
}

