/** Documents as they stand in the sources. */

import type { DefinitionList, DefinitionSummary } from '../../../schemas/api/bodies.generated.ts';
import { isKindName, kindNames } from '../../../schemas/kinds/index.ts';
import { nearest } from '../../../schemas/nearest.ts';
import type { DefinitionView } from '../../contracts/view.ts';
import { byKey, pageByKey } from '../paging.ts';
import { parameters, type Given } from '../parameters.ts';
import { unknown } from '../refusal.ts';
import type { Route } from '../route.ts';
import { jsonRoute, type Api } from './api.ts';

const { tenant, limit, after, kind, name } = parameters;

export function definitionRoutes(api: Api): Route[] {
  const definitionsOf = (given: Given): readonly DefinitionView[] => {
    if (!isKindName(given.kind)) throw unknown('kind', given.kind, nearest(given.kind, kindNames));
    return api.view.definitions({ tenant: given.tenant, kind: given.kind });
  };
  return [
    jsonRoute(api, {
      path: '/api/v1/definitions/{kind}', summary: 'The documents of one kind', parameters: [kind, tenant, limit, after], body: 'definition-list',
      missing: 'There is no such tenant or kind.',
      find: (given) => {
        const definitions = definitionsOf(given);
        return () => {
          const { items, next } = pageByKey([...definitions].sort(byKey(placeOf)), placeOf, { after: given.after, limit: given.limit });
          const body: DefinitionList = { items: items.map(presentSummary), next };
          return { body, next: next === null ? null : { parameter: 'after', value: next } };
        };
      },
    }),
    jsonRoute(api, {
      path: '/api/v1/definitions/{kind}/{name}', summary: 'A document with file, line and commit', parameters: [kind, name, tenant], body: 'definition',
      missing: 'There is no such tenant, kind or document.',
      find: (given) => {
        const definitions = definitionsOf(given);
        // Own documents first, then the platform's: as names are looked up everywhere.
        const named = definitions.filter((definition) => definition.name === given.name);
        const found = named.find((definition) => definition.tenant === given.tenant) ?? named[0];
        if (found === undefined) throw unknown(given.kind, given.name, nearest(given.name, definitions.map((definition) => definition.name)));
        return () => ({ body: { ...presentSummary(found), document: found.document ?? null } });
      },
    }),
  ];
}

/** Unique also while two documents claim one name. */
function placeOf({ name: own, tenant: owner, source, file, line }: DefinitionView): string {
  return [own, owner, source, file, String(line)].join(' ');
}

function presentSummary(definition: DefinitionView): DefinitionSummary {
  const { kind: ownKind, tenant: owner, name: own, source, commit, file, line } = definition;
  return { kind: ownKind, tenant: owner, name: own, source, commit, file, line };
}
