/**
 * The join configuration: who this member is, how it finds home, what was launched. Read once, at the edge, from
 * `join.json` in the member directory. The file is secret: nothing here quotes it.
 */

import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { InstallationId, MemberId } from '../schemas/ids.ts';

export interface LaunchedPort {
  readonly name: string;
  readonly protocol: 'http' | 'https' | 'tcp';
  readonly port: number;
}

/** The part of the launch settings that an agent acts on; what else the file holds is ignored. */
export interface LaunchSettings {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly ports: readonly LaunchedPort[];
  readonly extensions: Readonly<Record<string, string>>;
  readonly health: { readonly port: string; readonly path: string | null; readonly everyMs: number; readonly failures: number } | null;
  readonly timeouts: { readonly startMs: number; readonly drainMs: number; readonly extensionMs: number };
  readonly resources: { readonly cpu: number | null; readonly memoryBytes: number | null };
  readonly metadataKeys: readonly string[];
  readonly needsArtifact: boolean;
}

export interface JoinConfiguration {
  readonly installation: InstallationId;
  readonly member: MemberId;
  readonly address: { readonly shard: number; readonly tenant: string; readonly application: string; readonly cluster: string };
  readonly brokerUrl: string;
  /** base64url; the member's own HMAC key. */
  readonly memberKey: string;
  /** base64url of the Ed25519 public key, raw or as SPKI. */
  readonly reconcilerPublicKey: string;
  readonly artifactsUrl: string;
  readonly launch: { readonly application: string; readonly cluster: string; readonly settings: LaunchSettings };
  readonly reportEveryMs: number;
  /** Folder of the image that the member was launched from; null without one. */
  readonly imageDirectory: string | null;
}

const text = { type: 'string', minLength: 1 } as const;
const amount = { type: 'number', minimum: 0 } as const;
const nullable = <S extends object>(schema: S) => ({ anyOf: [schema, { type: 'null' }] });
const object = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

const settingsSchema = object({
  properties: { type: 'object' },
  ports: {
    type: 'array', maxItems: 32,
    items: object({ name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$' }, protocol: { enum: ['http', 'https', 'tcp'] }, port: { type: 'integer', minimum: 0, maximum: 65535 } }),
  },
  extensions: { type: 'object', additionalProperties: text },
  health: nullable(object({ port: text, path: nullable({ type: 'string', pattern: '^/' }), everyMs: { type: 'number', minimum: 50 }, failures: { type: 'integer', minimum: 1 } })),
  timeouts: object({ startMs: amount, drainMs: amount, extensionMs: amount }),
  resources: object({ cpu: nullable(amount), memoryBytes: nullable(amount) }),
  metadataKeys: { type: 'array', items: text, maxItems: 64 },
  needsArtifact: { type: 'boolean' },
});

const joinSchema = object({
  installation: text,
  member: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,127}$' },
  address: object({ shard: { type: 'integer', minimum: 0 }, tenant: text, application: text, cluster: text }),
  brokerUrl: text,
  memberKey: text,
  reconcilerPublicKey: text,
  artifactsUrl: text,
  launch: object({ application: text, cluster: text, settings: settingsSchema }),
  reportEveryMs: { type: 'number', minimum: 20 },
  imageDirectory: nullable(text),
}, ['imageDirectory']);

/**
 * Reads `<member directory>/join.json`.
 * @throws Error that says what is wrong with the file, without any value of it.
 */
export async function readJoin(memberDirectory: string): Promise<JoinConfiguration> {
  return parseJoin(await readFile(joinPath(memberDirectory, 'join.json'), 'utf8'));
}

/** @throws Error that says what is wrong, without any value of the text. */
export function parseJoin(json: string): JoinConfiguration {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error('join.json is not JSON');
  }
  const validate = new Ajv2020({ strict: false }).compile<JoinConfiguration>(joinSchema);
  if (!validate(value)) {
    const [error] = validate.errors ?? [];
    throw new Error(`join.json${error?.instancePath ?? ''} ${error?.message ?? 'is not valid'}`);
  }
  return { ...value, imageDirectory: value.imageDirectory ?? null };
}

/** The public port that a launch fixes for one of its ports; null where the agent may choose. */
export function fixedHostPort(settings: LaunchSettings, port: string): number | null {
  const fixed = settings.properties['hostPorts'];
  if (typeof fixed !== 'object' || fixed === null) return null;
  const number = Number((fixed as Record<string, unknown>)[port]);
  return Number.isInteger(number) && number > 0 && number < 65536 ? number : null;
}

/** The key as SPKI in base64url: a raw Ed25519 key of 32 bytes gets the header that names its kind. */
export function spkiOf(publicKey: string): string {
  const bytes = Buffer.from(publicKey, 'base64url');
  return bytes.length === 32 ? Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes]).toString('base64url') : publicKey;
}
