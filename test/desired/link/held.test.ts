/** Not knowing what is wanted is not wanting nothing: what is broken stands as it was, what is gone is gone. */

import { describe, expect, it } from 'vitest';
import { link, type LinkState } from '../../../reconciler/desired/link/link.ts';
import { all, application, cluster, given, platform, shop, source, told, type Texts } from './given.ts';

const after = (texts: Texts, more: Parameters<typeof source>[1] = {}): LinkState => link(given(source(texts, { revision: 'r2', ...more })), link(given(source(all)), null));
const without = (path: string): Texts => Object.fromEntries(Object.entries(all).filter(([each]) => each !== path));
const removals = (state: LinkState): string | null | undefined => state.desired.sources.get('definitions' as never)?.removalsHeldBy;

describe('an application whose documents break', () => {
  it.each<[string, Texts, string]>([
    ['its own document', { ...all, 'shop.yaml': shop.replace('type: shop-tiers', 'tipe: shop-tiers') }, 'unknown-key'],
    ['its own document, beyond reading', { ...all, 'shop.yaml': `${shop}\n- [` }, 'syntax'],
    ['its own kind', { ...all, 'shop.yaml': shop.replace('kind: Application', 'kind: Aplication') }, 'unknown-kind'],
    ['its version', { ...all, 'shop.yaml': shop.replace('stratos/v1', 'statos/v1') }, 'unknown-api-version'],
    ['a cartridge', { ...all, 'cartridges.yaml': (all['cartridges.yaml'] ?? '').replace('protocol: http', 'protocol: htpp') }, 'invalid-value'],
    ['a group', { ...all, 'group.yaml': (all['group.yaml'] ?? '').replace('[[store, api, web, lb]]', '[[store, api], [api, store]]') }, 'startup-cycle'],
    ['a policy that is deleted', without('policies.yaml'), 'unknown-reference'],
    ['a network partition', { ...all, 'places.yaml': (all['places.yaml'] ?? '').replace('provider: ec2', 'provider: EC 2') }, 'invalid-value'],
    ['its identity', { ...all, 'copy.yaml': shop }, 'duplicate-identity'],
  ])('stands as it was when %s does', (_what, texts, code) => {
    const before = link(given(source(all)), null);
    const state = after(texts);
    expect({ ...application(state), heldBy: [] }).toEqual(application(before));
    expect(application(state).heldBy.map((problem) => problem.code)).toContain(code);
    expect(state.problems.some((problem) => problem.code === code && problem.severity === 'error' && problem.applications?.includes('default/shop' as never))).toBe(true);
  });

  it('follows its documents again when they are mended', () => {
    const broken = after({ ...all, 'shop.yaml': shop.replace('max: 2', 'max: -2') });
    const mended = link(given(source({ ...all, 'shop.yaml': shop.replace('max: 2', 'max: 3') }, { revision: 'r3' })), broken);
    expect(application(mended)).toMatchObject({ heldBy: [], root: { groups: [{ max: 3 }] } });
    expect(told(mended)).toEqual([]);
  });

  it('stays held, as the same object, while it stays broken', () => {
    const texts = { ...all, 'shop.yaml': `${shop}\n- [` };
    const broken = after(texts);
    const again = link(given(source({ ...texts, 'note.yaml': '# nothing\n' }, { revision: 'r3' })), broken);
    expect(application(again)).toBe(application(broken));
  });

  it('is taken from what is remembered when nothing was linked before', () => {
    const lastGood = { applications: link(given(source(all)), null).desired.applications, tenants: new Map() };
    const state = link({ ...given(source({ ...all, 'shop.yaml': `${shop}\n- [` })), lastGood }, null);
    expect(application(state).heldBy.map(({ code }) => code)).toEqual(['syntax']);
    expect(removals(state)).toBeNull();
  });

  it('blocks removals of its source when nobody knows what it was', () => {
    const state = link(given(source({ ...all, 'shop.yaml': shop.replace('max: 2', 'max: -2') })), null);
    expect(state.desired.applications.size).toBe(0);
    expect(removals(state)).toBe('shop.yaml has errors, and what it wanted before is not known');
  });
});

describe('a tenant whose document breaks', () => {
  const tenant = 'apiVersion: stratos/v1\nkind: Tenant\nmetadata: {name: default}\nspec: {active: false, quota: {members: 9}}\n';

  it('keeps what was last known of it, and holds its applications', () => {
    const before = link(given(source({ ...all, 'tenant.yaml': tenant })), null);
    const state = link(given(source({ ...all, 'tenant.yaml': tenant.replace('9', 'nine') })), before);
    expect(state.desired.tenants.get('default' as never)).toMatchObject({ active: false, memberQuota: 9 });
    expect(application(state).heldBy.map(({ code }) => code)).toEqual(['wrong-type']);
  });
});

describe('a file', () => {
  it('that cannot be read holds its applications, and blocks no other removal', () => {
    const state = after(without('shop.yaml'), { unreadable: new Map([['shop.yaml', 'the object is missing']]) });
    expect(application(state).heldBy).toMatchObject([{ code: 'unreadable-file', message: 'the object is missing', file: 'shop.yaml' }]);
    expect(removals(state)).toBeNull();
  });

  it('that is new and cannot be read blocks removals, and nothing else', () => {
    const state = after({ ...without('shop.yaml'), 'new.yaml': 'a: [' });
    expect(state.desired.applications.size).toBe(0);
    expect(removals(state)).toBe('new.yaml cannot be read, and what it defines is not known');
    expect(application(after({ ...all, 'new.yaml': 'a: [' })).heldBy).toEqual([]);
  });

  it('that is gone takes its application with it', () => {
    const state = after(without('shop.yaml'));
    expect([...state.desired.applications.keys()]).toEqual([]);
    expect(removals(state)).toBeNull();
  });

  it('that can be read and no longer names the application lets it go', () => {
    expect(after({ ...all, 'shop.yaml': '# retired\n' }).desired.applications.size).toBe(0);
  });

  it('may move', () => {
    const state = after({ ...without('shop.yaml'), 'retail/shop.yaml': shop });
    expect(application(state)).toMatchObject({ heldBy: [], origin: { path: 'retail/shop.yaml', revision: 'r2' } });
  });
});

describe('a source', () => {
  it('that was not read holds everything that it wanted', () => {
    const state = link(given(), link(given(source(all)), null));
    expect(application(state).heldBy).toMatchObject([{ code: 'source-not-read' }]);
  });

  it('whose content is not complete says so', () => {
    expect(removals(after(all, { removalsHeldBy: 'the history was rewritten' }))).toBe('the history was rewritten');
  });
});

describe('a change', () => {
  const many = (count: number): Texts => Object.fromEntries(Array.from({ length: count }, (_, index) => [`apps/a${index}.yaml`, shop.replace('{name: shop}', `{name: a${index}}`)]));

  it('links again what it touches, and gives what linking from nothing gives', () => {
    const texts = { ...platform, ...many(20) };
    const before = link(given(source(texts)), null);
    const changed = { ...texts, 'apps/a7.yaml': (texts['apps/a7.yaml'] ?? '').replace('max: 2', 'max: 5') };
    const state = link(given(source(changed)), before);
    const relinked = [...state.desired.applications.values()].filter((each) => before.desired.applications.get(each.id) !== each).map(({ id }) => id);
    expect(relinked).toEqual(['default/a7']);
    expect(new Map([...state.desired.applications].sort())).toEqual(new Map([...link(given(source(changed)), null).desired.applications].sort()));
  });

  it('of a shared document touches all that depend on it, as told beforehand', () => {
    const texts: Texts = { ...platform, ...many(20), 'calm.yaml': shop.replace('{name: shop}', '{name: calm}').replace('autoscalingPolicy: traffic', 'autoscalingPolicy: calm') };
    const before = link(given(source(texts)), null);
    expect(before.desired.dependents.get('AutoscalingPolicy default/traffic' as never)).toHaveLength(20);
    expect(before.desired.dependents.get('AutoscalingPolicy default/calm' as never)).toHaveLength(21);
    const changed = { ...texts, 'policies.yaml': (texts['policies.yaml'] ?? '').replace('requestsInFlight: 20', 'requestsInFlight: 30') };
    const state = link(given(source(changed)), before);
    expect(cluster(state, 'tiers/api', 'default/a3').autoscaling?.thresholds).toEqual({ requestsInFlight: 30 });
    expect(application(state, 'default/calm').digest).toBe(application(before, 'default/calm').digest);
  });

  it('that adds what was missing links what waited for it', () => {
    const before = link(given(source(Object.fromEntries(Object.entries(all).filter(([path]) => path !== 'group.yaml')))), null);
    expect(before.desired.applications.size).toBe(0);
    const state = link(given(source(all)), before);
    expect(told(state)).toEqual([]);
    expect(application(state).heldBy).toEqual([]);
  });

  it('by change, in any order, gives the same as all at once', () => {
    const steps: Texts[] = [{}, platform, all, { ...all, 'group.yaml': '' }, { ...all, 'copy.yaml': shop }, { ...all, 'policies.yaml': '' }, all];
    let state: LinkState | null = null;
    for (const texts of steps) state = link(given(source(texts)), state);
    const fresh = link(given(source(all)), null);
    expect(state?.desired).toEqual(fresh.desired);
    expect(state?.problems).toEqual(fresh.problems);
  });
});

describe('deployments of old applications', () => {
  const old = (text: string) => {
    const input = source({ ...all, 'deploy.yaml': text });
    const file = input.files.get('shop.yaml');
    if (file === undefined) throw new Error('no file');
    return link(given({ ...input, files: new Map([...input.files, ['shop.yaml', { ...file, documents: file.documents.map((document) => ({ ...document, dialect: 'stratos4' as const })) }]]) }), null);
  };
  const deployment = (name: string, more = ''): string => `apiVersion: stratos/v1\nkind: ApplicationDeployment\nmetadata: {name: ${name}}\nspec: {application: shop${more}}\n`;

  it('runs one only when a deployment names it, by the policy that this names', () => {
    expect(application(old('')).deployed).toBe(false);
    expect(application(old(deployment('d'))).deployed).toBe(true);
    expect(application(old(deployment('d', ', deployed: false'))).deployed).toBe(false);
    expect(told(old(`${deployment('d')}---\n${deployment('e')}`))).toEqual(['deployed-twice: 2 documents deploy the application "shop": d, e', 'deployed-twice: 2 documents deploy the application "shop": d, e']);
    expect(told(old(deployment('d').replace('application: shop', 'application: shap')))).toEqual(['unknown-reference: the tenant "default" has no application "shap"']);
  });
});

describe('approvals', () => {
  it('are found by the hold they release; of two, the one that ends later counts', () => {
    const approval = (name: string, expires: string): string => `apiVersion: stratos/v1\nkind: Approval\nmetadata: {name: ${name}}\nspec: {hold: h-3f9ac1, reason: ${name}, expires: ${expires}}\n`;
    const state = link(given(source({ 'a.yaml': approval('a', '2026-12-02T00:00:00Z'), 'b.yaml': approval('b', '2026-12-01T00:00:00Z') })), null);
    expect(state.desired.approvals.get('h-3f9ac1')).toMatchObject({ hold: 'h-3f9ac1', reason: 'a', expiresAtMs: Date.parse('2026-12-02T00:00:00Z'), origin: { path: 'a.yaml', document: 0 } });
  });
});
