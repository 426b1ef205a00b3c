/**
 * The configuration: environment and `config.yaml` in the data directory, parsed once. The only reader of `process.env`
 * in the reconciler. Every value has a default that runs the example platform.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export interface SourceConfig {
  readonly name: string;
  /** A path (relative ones below the data directory), or an http(s) or ssh URL. */
  readonly url: string;
  readonly branch: string;
  readonly path: string;
  /** Null: the platform's own source. */
  readonly tenant: string | null;
  /** Name of a secret with the login to the repository. */
  readonly secret: string | null;
  readonly pollMs: number;
  readonly webhookSecrets: readonly string[];
}

export interface Config {
  readonly dataDirectory: string;
  readonly httpPort: number;
  readonly loadBalancerPort: number | null;
  readonly publicUrl: string | null;
  /** Null: the embedded broker. */
  readonly brokerUrl: string | null;
  /** Where the supervisor's embedded broker listens; null when there is none. */
  readonly embeddedBrokerPort: number | null;
  readonly storeUrl: string;
  readonly logLevel: string;
  /** Where programs such as git are looked for. */
  readonly searchPath: string;
  readonly reportEveryMs: number;
  readonly sources: readonly SourceConfig[];
}

export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** @throws ConfigError naming the variable or the key, what was found and what was expected. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const dataDirectory = resolve(environment['STRATOS_DATA_DIR'] || '.stratos');
  const file = readFile(join(dataDirectory, 'config.yaml'));
  return {
    dataDirectory,
    httpPort: port('STRATOS_HTTP_PORT', environment['STRATOS_HTTP_PORT']) ?? 8088,
    loadBalancerPort: port('STRATOS_LB_PORT', environment['STRATOS_LB_PORT']),
    publicUrl: url('STRATOS_PUBLIC_URL', environment['STRATOS_PUBLIC_URL'], ['http:', 'https:']),
    brokerUrl: url('STRATOS_BROKER_URL', environment['STRATOS_BROKER_URL'], ['amqp:', 'amqps:', 'mqtt:', 'mqtts:']),
    embeddedBrokerPort: port('STRATOS_EMBEDDED_BROKER_PORT', environment['STRATOS_EMBEDDED_BROKER_PORT']),
    storeUrl: storeUrl(environment['STRATOS_STORE_URL'], dataDirectory),
    logLevel: environment['STRATOS_LOG_LEVEL'] || 'info',
    searchPath: environment['PATH'] ?? '',
    reportEveryMs: 2_000,
    sources: sources(file, dataDirectory),
  };
}

/** What a child process of the platform finds in its environment: ours, and more. */
export function childEnvironment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...more };
}

function port(variable: string, value: string | undefined): number | null {
  if (!value) return null;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new ConfigError(`${variable} is ${JSON.stringify(value)}; expected a port from 1 to 65535`);
  }
  return number;
}

function url(variable: string, value: string | undefined, protocols: readonly string[]): string | null {
  if (!value) return null;
  const parsed = URL.canParse(value) ? new URL(value) : null;
  if (!parsed || !protocols.includes(parsed.protocol)) {
    throw new ConfigError(`${variable} is not a URL that can be used; expected one that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`);
  }
  return value;
}

function storeUrl(value: string | undefined, dataDirectory: string): string {
  if (!value) return `sqlite:${join(dataDirectory, 'store.sqlite')}`;
  if (!value.startsWith('sqlite:')) throw new ConfigError('STRATOS_STORE_URL must begin with sqlite: ; other stores are not supported');
  return value;
}

const configSchema = {
  type: 'object', additionalProperties: false,
  properties: {
    sources: {
      type: 'array', minItems: 1,
      items: {
        type: 'object', additionalProperties: false, required: ['name', 'url'],
        properties: {
          name: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }, url: { type: 'string', minLength: 1 },
          branch: { type: 'string', default: 'main' }, path: { type: 'string', default: '' },
          tenant: { type: ['string', 'null'], default: null }, secret: { type: ['string', 'null'], default: null },
          pollSeconds: { type: 'number', minimum: 1, default: 60 },
          webhookSecrets: { type: 'array', items: { type: 'string', minLength: 8 }, default: [] },
        },
      },
    },
  },
} as const;

interface ConfigFile {
  readonly sources?: readonly (Omit<SourceConfig, 'pollMs'> & { readonly pollSeconds: number })[];
}

function readFile(path: string): ConfigFile {
  if (!existsSync(path)) return {};
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8')) ?? {};
  } catch (error) {
    throw new ConfigError(`${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const validate = new Ajv2020({ useDefaults: true, allErrors: true, allowUnionTypes: true }).compile(configSchema);
  if (!validate(value)) {
    const problems = (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
    throw new ConfigError(`${path}: ${problems.join('; ')}`);
  }
  return value as ConfigFile;
}

function sources(file: ConfigFile, dataDirectory: string): readonly SourceConfig[] {
  const listed = file.sources ?? [{
    name: 'definitions', url: 'repos/definitions.git', branch: 'main', path: '', tenant: null, secret: null, pollSeconds: 60, webhookSecrets: [],
  }];
  return listed.map(({ pollSeconds, ...source }) => ({
    ...source,
    url: /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(source.url) ? source.url : resolve(dataDirectory, source.url),
    pollMs: pollSeconds * 1_000,
  }));
}
