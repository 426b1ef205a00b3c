/**
 * Groups in their native form. An old definition lists types, and the applications give the aliases; a native one brings its
 * aliases along. So a definition takes the aliases of the first application that uses it; an application that gives
 * other ones has the group written out in it.
 */

import type { CartridgeGroup } from '../../../../schemas/kinds/cartridge-group/generated.ts';
import type { Components, Dependencies, GroupReference } from '../../../../schemas/kinds/shared/components.generated.ts';
import { nativeAlias } from '../naming.ts';

export interface NativeGroups {
  /** The group as its own document. */
  definition(group: CartridgeGroup): { readonly spec: Components; readonly remark: string | null };
  /** What an application has below its `components`. */
  components(components: Components): Components;
}

/**
 * @param groups all old definitions; of several with one name none can be used.
 * @param applications the components of all old applications, in the order in which they may give aliases.
 */
export function nativeGroups(groups: readonly CartridgeGroup[], applications: readonly Components[]): NativeGroups {
  const definitions = new Map<string, Components | null>();
  for (const { metadata, spec } of groups) definitions.set(metadata.name, definitions.has(metadata.name) ? null : spec);
  const forms = new Map<string, Components>();
  for (const reference of applications.flatMap((components) => Object.values(components.groups ?? {}))) {
    const form = formOf(definitions.get(reference.type ?? '') ?? null, reference);
    if (form !== null && !forms.has(reference.type ?? '')) forms.set(reference.type ?? '', form);
  }
  return {
    definition({ metadata, spec }) {
      const form = forms.get(metadata.name);
      return form === undefined ? byTypes(spec) : { spec: form, remark: null };
    },
    components: (components) => (components.groups === undefined ? components : {
      ...components, groups: Object.fromEntries(Object.entries(components.groups).map(([alias, reference]) => [alias, nativeReference(reference, definitions, forms)])),
    }),
  };
}

function nativeReference(reference: GroupReference, definitions: ReadonlyMap<string, Components | null>, forms: ReadonlyMap<string, Components>): GroupReference {
  const definition = definitions.get(reference.type ?? '') ?? null;
  const form = formOf(definition, reference);
  // What could not be linked before cannot be now: the reference keeps saying what it means.
  if (definition === null || form === null) return reference;
  // The order of aliases is an order of preference too.
  if (JSON.stringify(form) === JSON.stringify(forms.get(reference.type ?? ''))) return { ...(reference.type === undefined ? {} : { type: reference.type }), ...withoutTypes(reference) };
  return writtenOut(reference, definition);
}

/** A definition with the aliases of a reference to it; null when they do not fit. */
function formOf(definition: Components | null, reference: GroupReference): Components | null {
  if (definition === null || !holdsTypes(definition, reference)) return null;
  const groups = Object.entries(reference.groups ?? {}).map(([alias, nested]) => [alias, formOf(nestedIn(definition, nested), nested)] as const);
  const cartridges = Object.entries(reference.cartridges ?? {}).map(([alias, { type }]) => [alias, { type: type ?? alias }] as const);
  const aliases = [...cartridges, ...groups].map(([alias]) => alias);
  if (groups.some(([, form]) => form === null) || !named(definition.dependencies).every((alias) => aliases.includes(alias))) return null;
  return {
    ...(cartridges.length === 0 ? {} : { cartridges: Object.fromEntries(cartridges) }),
    ...(groups.length === 0 ? {} : { groups: Object.fromEntries(groups) as NonNullable<Components['groups']> }),
    ...(definition.dependencies === undefined ? {} : { dependencies: definition.dependencies }),
  };
}

function holdsTypes(definition: Components, reference: GroupReference): boolean {
  const used = typesIn(reference);
  return typesIn(definition).every((type) => used.includes(type));
}

function typesIn({ cartridges, groups }: Components): string[] {
  return [...Object.entries(cartridges ?? {}).map(([alias, { type }]) => type ?? alias), ...Object.values(groups ?? {}).flatMap(typesIn)];
}

function nestedIn(definition: Components, { type }: GroupReference): Components | null {
  return definition.groups?.[nativeAlias(type ?? '')] ?? null;
}

function named({ startupOrders, scalingDependants, scalingDependents }: Dependencies = {}): string[] {
  return [...(startupOrders ?? []), ...(scalingDependants ?? []), ...(scalingDependents ?? [])].flat();
}

function withoutTypes(reference: GroupReference): GroupReference {
  const { type: _type, cartridges, groups, ...rest } = reference;
  return {
    ...rest,
    ...(cartridges === undefined ? {} : { cartridges: Object.fromEntries(Object.entries(cartridges).map(([alias, { type: _cartridge, ...own }]) => [alias, own])) }),
    ...(groups === undefined ? {} : { groups: Object.fromEntries(Object.entries(groups).map(([alias, nested]) => [alias, withoutTypes(nested)])) }),
  };
}

function writtenOut(reference: GroupReference, definition: Components): GroupReference {
  const { type: _type, groups, ...rest } = reference;
  const nested = Object.entries(groups ?? {}).map(([alias, each]) => [alias, writtenOut(each, nestedIn(definition, each) ?? {})] as const);
  return {
    ...rest,
    ...(groups === undefined ? {} : { groups: Object.fromEntries(nested) }),
    ...(definition.dependencies === undefined ? {} : { dependencies: definition.dependencies }),
  };
}

/** No application gives aliases: every cartridge is called by its type, and an order among other aliases cannot be kept. */
function byTypes(spec: Components): { readonly spec: Components; readonly remark: string | null } {
  const lost: string[] = [];
  const kept = (components: Components): Components => {
    const { groups, dependencies, ...rest } = components;
    const aliases = [...Object.keys(components.cartridges ?? {}), ...Object.keys(groups ?? {})];
    const astray = named(dependencies).filter((alias) => !aliases.includes(alias));
    lost.push(...astray);
    const { terminationBehaviour } = dependencies ?? {};
    const remaining = astray.length === 0 ? dependencies : terminationBehaviour === undefined ? undefined : { terminationBehaviour };
    return {
      ...rest,
      ...(groups === undefined ? {} : { groups: Object.fromEntries(Object.entries(groups).map(([alias, group]) => [alias, kept(group)])) }),
      ...(remaining === undefined ? {} : { dependencies: remaining }),
    };
  };
  const form = kept(spec);
  return { spec: form, remark: lost.length === 0 ? null : `Left out: orders and dependents among ${[...new Set(lost)].join(', ')}, aliases that no application gives to this group.` };
}
