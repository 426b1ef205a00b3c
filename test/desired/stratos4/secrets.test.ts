/** Canaries at every place where old definitions hold secrets: none of them may come out anywhere. */

import { describe, expect, it } from 'vitest';
import { problemText } from '../../../cli/problems.ts';
import { plainPaint } from '../../../cli/terminal.ts';
import { importDefinitions } from '../../../reconciler/desired/stratos4/import/import.ts';
import { locator } from '../../../reconciler/desired/parse/position.ts';
import * as given from './documents.ts';
import { allSamples, linkedFiles, parsed, samplesAreThere, told, type Texts } from './old.ts';
import { previews } from './preview.ts';

const canary = 'cAnArY4711';

const repository = { privateRepo: true, repoUrl: `https://ann:${canary}@git.example.com/a.git?private_token=${canary}`, repoUsername: canary, repoPassword: canary };
const property = [
  { name: 'payload_parameter.MB_PASSWORD', value: canary }, { name: 'payload_parameter.ACCESS_TOKEN', value: canary }, { name: 'apiKey', value: canary }, { name: 'SSH_PRIVATE_KEY', value: canary },
  { name: 'payload_parameter.BROKER', value: `tcp://user:${canary}@10.0.0.1` }, { name: 'certificate', value: `-----BEGIN PRIVATE KEY-----${canary}` }, { name: 'client_secret', value: canary },
];

const withSecrets: Readonly<Record<string, unknown>> = {
  'applications/shop/application.json': {
    ...given.application, property,
    components: { ...given.application.components, cartridges: given.application.components.cartridges.map((each) => ({ ...each, subscribableInfo: { ...each.subscribableInfo, artifactRepository: repository, property } })) },
  },
  'applications/shop/signup.json': { artifactRepositories: [{ alias: 'front', ...repository }, { alias: 'my-php', privateRepo: false, repoUrl: 'ssh://git.example.com/b.git', repoPassword: canary }] },
  'cartridges/php.json': { ...given.cartridge, property, iaasProvider: [{ type: 'mock', identity: canary, credential: canary, property }] },
  'places/np-1.json': { ...given.networkPartition, properties: property, partitions: given.networkPartition.partitions.map((each) => ({ ...each, property: [...each.property, ...property] })) },
  'clusters/k-1.json': { ...given.kubernetesCluster, property },
  'tenant.json': { ...given.tenant, adminPassword: canary },
  'user.json': { userName: 'ann', credential: canary },
};

/** Everything that is ever shown or kept of these files, as one text. */
function everything(texts: Texts): string {
  const files = new Map([...texts].map(([name, text]) => [name, parsed(text)]));
  const state = linkedFiles(files);
  const printed = state.problems.map((problem) => {
    const position = locator(texts.get(problem.file) ?? '').positionOf(0, problem.pointer ?? '');
    return problemText({ ...problem, line: problem.line ?? position?.line ?? null, column: problem.column ?? position?.column ?? null }, (name) => texts.get(name) ?? null, plainPaint);
  });
  const documents = ['Application', 'Cartridge', 'NetworkPartition', 'KubernetesCluster', 'Tenant', 'ApplicationSignUp'].map((kind) => state.documents({ tenant: 'default' as never, kind }));
  return JSON.stringify([[...files], state.problems, printed, documents, [...state.desired.applications.values()].map(String), previews(state), importDefinitions(files)], replacer);
}

/** What stands around each canary that came out. */
function leaks(shown: string): readonly string[] {
  return [...shown.matchAll(new RegExp(`.{0,120}${canary}`, 'g'))].map(([around]) => around).slice(0, 5);
}

const replacer = (_key: string, value: unknown): unknown => (value instanceof Map ? [...(value as Map<unknown, unknown>)] : value);

/** Puts the canary wherever a key or a property's name speaks of a secret. */
function poisoned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(poisoned);
  if (typeof value !== 'object' || value === null) return value;
  const named = 'name' in value && typeof value.name === 'string' && /passw|token|secret$|credential/i.test(value.name);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => {
    if (key === 'repoUrl' && typeof inner === 'string') return [key, inner.replace('://', `://user:${canary}@`)];
    if (/password|username|credential|identity|token/i.test(key) || (key === 'value' && named)) return [key, canary];
    return [key, poisoned(inner)];
  }));
}

describe('secrets in old definitions', () => {
  it('come out nowhere: not in documents, problems, plans or imported files', () => {
    const texts = given.worldWith({ ...withSecrets, 'deploy.yaml': given.deployment });
    expect([...texts.values()].join('').split(canary).length).toBeGreaterThan(40);
    const shown = everything(texts);
    expect(leaks(shown)).toEqual([]);
    expect(leaks(everything(new Map([...texts].map(([name, text]) => [name, name.endsWith('.json') ? JSON.stringify(JSON.parse(text)) : text]))))).toEqual([]);
    // The same look finds what is no secret, so it would find one.
    expect(shown).toContain('https://git.example.com/a.git');
    expect(shown).toContain('start-member');
  });

  it('leave a reference where one can stand, and a word with its place wherever one stood', () => {
    const cluster = { ...given.kubernetesCluster, property: property.slice(0, 1) };
    expect(told(cluster)).toEqual(['29:16 info secret-in-file']);
    expect(parsed(JSON.stringify(cluster)).documents[0]?.value).toMatchObject({ spec: { properties: { 'payload_parameter.MB_PASSWORD': { secret: 'k-1-mb-password' } } } });
    const found = parsed(JSON.stringify(withSecrets['applications/shop/application.json'], null, 1));
    expect(found.documents[0]?.value).toMatchObject({ spec: { components: { cartridges: { front: { artifactRepository: { url: 'https://git.example.com/a.git', branch: 'master', secret: 'git-git-example-com-a' } } } } } });
    expect(found.problems.filter(({ code }) => code === 'secret-in-file').map(({ message, hint }) => [message, hint])).toEqual([[
      'the login for "https://git.example.com/a.git" stands in this file and is not read; the secret "git-git-example-com-a" takes its place',
      'Give the platform the secret "git-git-example-com-a", and change the one in this file: whoever can read the file knows it.',
    ]]);
    expect(found.problems.filter(({ code }) => code === 'secret-dropped')).toHaveLength(3);
  });

  it('lists what the platform has to be given', () => {
    const files = new Map([...given.worldWith(withSecrets)].map(([name, text]) => [name, parsed(text)]));
    const { secrets } = importDefinitions(files);
    expect(secrets.find(({ name }) => name === 'git-git-example-com-a')).toEqual({ name: 'git-git-example-com-a', repository: 'https://git.example.com/a.git', usedIn: ['applications/shop/application.yaml', 'applications/shop/signup.yaml'] });
    expect(secrets.map(({ name }) => name)).toEqual(expect.arrayContaining(['k-1-mb-password', 'np-1-access-token', 'php-mock-apikey', 'np-1-p1-client-secret']));
  });

  it('come out nowhere from a document that is broken on their line, or cannot be read at all', () => {
    for (const text of [
      `{"clusterId": "k", "property": [{"name": "payload_parameter.PASSWORD", "value": "${canary}" "x": 1}]}`,
      `{"artifactRepositories": [{"alias": "a", "repoPassword": "${canary}`, `{"userName": "a", "credential": ${canary}}`,
      `{"artifactRepositories": [{"alias": {"x": "${canary}"}, "repoUrl": ["${canary}"], "repoPassword": {"a": "${canary}"}}]}`,
      JSON.stringify({ ...given.kubernetesCluster, property: [{ name: 'payload_parameter.PASSWORD', value: [canary] }, { name: [canary], value: canary }, canary] }),
      JSON.stringify({ ...given.tenant, adminPassword: { a: canary }, active: 'yes' }),
    ]) {
      const file = parsed(text);
      expect(JSON.stringify([file.documents, file.ignored, file.problems.map(({ message, hint }) => [message, hint])]), text).not.toContain(canary);
    }
  });
});

describe.skipIf(!samplesAreThere)('secrets in the samples of Apache Stratos [needs: stratos-samples at ../shared/stratos-samples or STRATOS_TEST_SAMPLES]', () => {
  it('come out nowhere, put at every place that could hold one', () => {
    const texts = new Map([...allSamples()].map(([name, text]) => [name, JSON.stringify(poisoned(parsedJson(text)), null, 2)]));
    expect([...texts.values()].join('').split(canary).length).toBeGreaterThan(60);
    expect(leaks(everything(texts))).toEqual([]);
    // The same files on one line each, so that an excerpt of one thing is near to all the others.
    expect(leaks(everything(new Map([...texts].map(([name, text]) => [name, JSON.stringify(JSON.parse(text))]))))).toEqual([]);
  });
});

/** The samples have trailing commas. */
function parsedJson(text: string): unknown {
  return JSON.parse(text.replaceAll(/,(\s*[}\]])/g, '$1'));
}
