/** Old definitions and what they are imported to: both link, and both plan the same. */

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { importDefinitions } from '../../../reconciler/desired/stratos4/import/import.ts';
import * as given from './documents.ts';
import { linked, linkedFiles, parsed, sampleSet, samplesAreThere, type Texts } from './old.ts';
import { previews } from './preview.ts';

function imported(texts: Texts): Map<string, string> {
  const files = new Map([...texts].map(([name, text]) => [name, parsed(text)]));
  const { written, taken } = importDefinitions(files);
  return new Map([...written.map(({ path, text }): [string, string] => [path, text]), ...taken.map((path): [string, string] => [path, texts.get(path) ?? ''])]);
}

const errors = (texts: Texts): string[] => linked(texts).problems.filter(({ severity }) => severity === 'error').map(({ file, code, message }) => `${file} ${code} ${message}`);

/** What is there once more under other aliases, so that a group cannot bring them along. */
const otherAliases = JSON.parse(JSON.stringify({ ...given.application, applicationId: 'other' }).replaceAll('my-', 'your-')) as typeof given.application;
const looseGroup = { ...given.group, dependencies: { terminationBehaviour: 'terminate-dependents' } };
const deployments = `${given.deployment}---\n${given.deployment.replaceAll('shop', 'other')}`;

describe('importing', () => {
  it('writes one file for each document where the old one stood, and takes native ones over', () => {
    const texts = given.worldWith({ 'deploy.yaml': given.deployment, 'applications/shop/domain-mappings.json': { domainMappings: [...given.domainMappings.domainMappings, { cartridgeAlias: 'front', domainName: 'b.example.com' }] } });
    expect([...imported(texts).keys()].sort()).toEqual([
      'applications/shop/application.yaml', 'applications/shop/domain-mappings-1.yaml', 'applications/shop/domain-mappings-2.yaml', 'cartridges/mysql.yaml', 'cartridges/php.yaml', 'deploy.yaml',
      'groups/pair.yaml', 'places/np-1.yaml', 'policies/application.yaml', 'policies/placing.yaml', 'policies/scaling.yaml',
    ]);
  });

  it('gives text that can be read, in a stable order, and says above it what changed', () => {
    const texts = given.worldWith({ 'groups/pair.json': { ...given.group, groupScalingEnabled: true } });
    const group = imported(texts).get('groups/pair.yaml') ?? '';
    expect(group).toBe([
      '# From groups/pair.json, line 1.', '# Changed, line 18: "groupScalingEnabled" is not read: a group scales when its "groupMaxInstances" is above 1.', '',
      'apiVersion: stratos/v1', 'kind: CartridgeGroup', 'metadata:', '  name: pair', 'spec:', '  cartridges:', '    my-php:', '      type: php', '    my-mysql:', '      type: mysql',
      '  dependencies:', '    startupOrders: [[my-mysql, my-php]]', '    terminationBehaviour: terminate-all', '',
    ].join('\n'));
    expect(imported(texts)).toEqual(imported(texts));
  });

  it('runs what was deployed, and keeps the rest from running', () => {
    expect(parse(imported(given.worldWith()).get('applications/shop/application.yaml') ?? '')).toMatchObject({ spec: { deployed: false } });
    const native = imported(given.worldWith({ 'deploy.yaml': given.deployment }));
    expect(parse(native.get('applications/shop/application.yaml') ?? '')).not.toHaveProperty('spec.deployed');
    expect(linked(native).desired.applications.get('default/shop' as never)).toMatchObject({ deployed: true });
  });

  it('gives a group the aliases of its first application, and writes it out for others', () => {
    const texts = given.worldWith({ 'applications/zother/application.json': otherAliases, 'groups/pair.json': looseGroup });
    const native = imported(texts);
    expect(parse(native.get('applications/shop/application.yaml') ?? '')).toMatchObject({ spec: { components: { groups: { 'my-pair': { type: 'pair', cartridges: { 'my-php': { min: 1, max: 3 } } } } } } });
    const other = (parse(native.get('applications/zother/application.yaml') ?? '') as { spec: { components: { groups: Record<string, object> } } }).spec.components.groups['your-pair'];
    expect(other).toMatchObject({ cartridges: { 'your-php': { type: 'php' } }, dependencies: { terminationBehaviour: 'terminate-dependents' } });
    expect(other).not.toHaveProperty('type');
  });

  it('plans the same as before', () => {
    const texts = given.worldWith({ 'applications/zother/application.json': otherAliases, 'groups/pair.json': looseGroup, 'deploy.yaml': deployments });
    const native = imported(texts);
    expect([errors(texts), errors(native)]).toEqual([[], []]);
    expect([...previews(linked(texts))].filter(([, plan]) => plan.includes('"start-member"')).map(([name]) => name)).toEqual(['shop', 'other']);
    expect(previews(linked(native))).toEqual(previews(linked(texts)));
  });

  it('leaves out what is broken or concerns nobody, and says so', () => {
    const files = new Map([...given.worldWith({ 'broken.json': { ...given.group, name: 'b', dependencies: { terminationBehaviour: 'no' } }, 'alone.json': given.domainMappings, 'package.json': { name: 'x' }, 'bad.json': '{"id": ' })].map(([name, text]) => [name, parsed(text)]));
    const { left, written } = importDefinitions(files);
    expect(left.map(({ path, reason }) => `${path}: ${reason}`).sort()).toEqual([
      'alone.json: it does not say which application it concerns, and no application stands in its folder', 'bad.json: it cannot be read',
      'broken.json: the CartridgeGroup "b" has errors', 'package.json: it is no definition: it has no apiVersion',
    ]);
    expect(written).toHaveLength(8);
  });

  it('never writes over another file of the folder', () => {
    const native = imported(given.worldWith({ 'policies/scaling.yaml': 'apiVersion: stratos/v1\nkind: AutoscalingPolicy\nmetadata: {name: other}\nspec: {loadThresholds: {loadAverage: 5}}\n' }));
    expect([...native.keys()].filter((path) => path.startsWith('policies/sc'))).toEqual(['policies/scaling-from-json.yaml', 'policies/scaling.yaml']);
  });

  it('keeps texts that YAML would read as something else, and characters that nobody sees', () => {
    const odd = ['1.10', '2015-01-01', 'true', 'null', '~', '- x', '# x', 'a: b', '0x1f', '1e3', 'x\u0085\u202ey', '.inf', '@x', 'yes', '', 'é'];
    const old = { ...given.cartridge, iaasProvider: [{ type: 'mock', property: odd.map((value, index) => ({ name: `p${index}`, value })) }] };
    const files = new Map([['c.json', parsed(JSON.stringify(old))]]);
    const { written } = importDefinitions(files);
    const again = parsed(written[0]?.text ?? '');
    expect(again.problems).toEqual([]);
    expect(again.documents[0]?.value).toEqual(files.get('c.json')?.documents[0]?.value);
  });
});

describe.skipIf(!samplesAreThere)('importing the samples of Apache Stratos [needs: stratos-samples at ../shared/stratos-samples or STRATOS_TEST_SAMPLES]', () => {
  const stale = ['single-level-nested-groups-app/autoscaling', 'single-level-nested-groups-app/deployment', 'tomcat-group.json', 'application-policy-3', 'multi-cloud', 'signup', 'app-bursting-pattern/domain-mappings', 'group8c3'];
  const group6 = ['group6c', 'group6c3', 'group6c4', 'group6c5', 'group6c6', 'group6c7'];
  const users: Readonly<Record<string, readonly string[]>> = { group6c: ['nested-group-app', 'complex-app', 'complex-app-with-lb'], group6c4: ['single-group-group-scaling'] };
  const folders: Readonly<Record<string, string>> = { 'nested-group-app': 'single-level-nested-group-app', 'complex-app': 'single-level-nested-groups-app/', 'complex-app-with-lb': 'complex-app-with-lb', 'single-group-group-scaling': 'single-group-group-scaling' };
  const policies: Readonly<Record<string, string>> = { 'tomcat-single-signon': 'application-policy-2', 'app-bursting-pattern-app': 'application-policy-4' };

  /** What remains right when one of the six groups that have one name is chosen, with everything deployed. */
  function right(chosen: string): Texts {
    const out = [...stale, ...group6.filter((name) => name !== chosen).map((name) => `/${name}.json`), ...Object.entries(users).filter(([name]) => name !== chosen).flatMap(([, names]) => names.map((name) => `/${folders[name] ?? name}`))];
    const texts = new Map([...sampleSet('mock')].filter(([name]) => !out.some((part) => name.includes(part))));
    const names = [...linked(texts).desired.applications.values()].map(({ name }) => name);
    return texts.set('deploy.yaml', names.map((name) => `apiVersion: stratos/v1\nkind: ApplicationDeployment\nmetadata: {name: ${name}}\nspec: {application: ${name}, applicationPolicy: ${policies[name] ?? 'application-policy-1'}}\n`).join('---\n'));
  }

  it.each([['group6c', 15], ['group6c4', 13]])('gives definitions that are right and plan the same, with %s', (chosen, count) => {
    const texts = right(chosen);
    expect(errors(texts)).toEqual([]);
    const native = imported(texts);
    expect([...native.keys()].filter((name) => name.endsWith('.json'))).toEqual([]);
    expect(errors(native)).toEqual([]);
    const before = previews(linked(texts));
    expect([...before.values()].filter((plan) => plan.includes('"start-member"'))).toHaveLength(count);
    expect(previews(linkedFiles(new Map([...native].map(([name, text]) => [name, parsed(text)]))))).toEqual(before);
  });
});
