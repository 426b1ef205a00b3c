/** Reads a world from a file, or from what a running platform shows. */

import { readFile } from 'node:fs/promises';
import type { ErrorObject } from 'ajv';
import type { Application, ApplicationSummary } from '../schemas/api/bodies.generated.ts';
import { nearest } from '../schemas/nearest.ts';
import { openApi } from './api.ts';
import { clustersOf } from './application-tree.ts';
import { exitCodes, Failure } from './exit.ts';
import type { World, WorldMember } from './world.ts';

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;

/** A world file: `now`, and `members` as lists of a cluster's members. */
const worldSchema = {
  type: 'object', additionalProperties: false,
  properties: {
    now: { type: 'string', format: 'date-time' },
    members: {
      type: 'array',
      items: {
        type: 'object', additionalProperties: false, required: ['application', 'cluster'],
        properties: {
          application: text, cluster: text, networkPartition: text, group: count, partition: text, count, ids: { type: 'array', items: text },
          status: { enum: ['created', 'initialized', 'starting', 'active', 'in-maintenance', 'ready-to-shut-down', 'terminated'] },
          serving: { enum: ['yes', 'no(starting)', 'no(updating)', 'no(draining)', 'no(unhealthy)'] },
        },
      },
    },
  },
} as const;

/** @param nowMs for a file that does not say `now`. @throws Failure when it is not a world */
export async function readWorldFile(file: string, nowMs: number): Promise<World> {
  const [{ parse }, { Ajv2020 }, formats] = await Promise.all([import('yaml'), import('ajv/dist/2020.js'), import('ajv-formats')]);
  let world: unknown;
  try {
    world = parse(await readFile(file, 'utf8')) ?? {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Failure(exitCodes.usage, `There is no file ${file}`);
    throw new Failure(exitCodes.usage, `Cannot read the world in ${file}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
  const ajv = new Ajv2020({ allErrors: true });
  formats.default.default(ajv);
  const validate = ajv.compile<{ now?: string; members?: readonly WorldMember[] }>(worldSchema);
  if (!validate(world)) {
    throw new Failure(exitCodes.usage, `${file} is not a world`, (validate.errors ?? []).map(wrong));
  }
  return { nowMs: world.now === undefined ? nowMs : Date.parse(world.now), members: world.members ?? [] };
}

function wrong({ instancePath, message, params }: ErrorObject): string {
  const at = instancePath === '' ? 'the file' : instancePath;
  const { additionalProperty: key, allowedValues } = params as { additionalProperty?: string; allowedValues?: readonly string[] };
  if (key === undefined) return `${at} ${message ?? 'is wrong'}${allowedValues === undefined ? '' : `: ${allowedValues.join(', ')}`}`;
  const known = instancePath === '' ? worldSchema.properties : worldSchema.properties.members.items.properties;
  const near = nearest(key, Object.keys(known));
  return `${at} has an unknown key ${JSON.stringify(key)}${near === null ? '' : `; did you mean ${near}?`}`;
}

/** The members of a running platform, as if launched by these definitions: what only its agents know is not told by the API. */
export async function readRunningWorld(of: { url: string; tenant: string }, nowMs: number): Promise<World> {
  const api = openApi(of);
  const { body, nowMs: theirs } = await api.list<ApplicationSummary>('applications');
  const applications = await Promise.all(body.items.map(async ({ name }) => (await api.get<Application>(`applications/${encodeURIComponent(name)}`)).body));
  return { nowMs: theirs ?? nowMs, members: applications.flatMap(membersIn) };
}

function membersIn(application: Application): readonly WorldMember[] {
  return clustersOf(application).flatMap(({ cluster, networkPartition, path }) => cluster.members.map(({ id, partition, status, serving }) => ({
    application: application.name, cluster: path, networkPartition, partition, ids: [id], status, serving,
  })));
}
