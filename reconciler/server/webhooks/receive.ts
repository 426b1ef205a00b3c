/**
 * POST /webhooks/{forge}/{source}. The order is the safety: count the bytes, prove the sender over the raw bytes, then
 * look at the content. Unknown sources and wrong proofs get one and the same answer. What a payload says is a hint to
 * look again; nothing of it is believed or called.
 */

import type { Context } from 'hono';
import type { WebhookAnswer } from '../../../schemas/api/bodies.generated.ts';
import { sourceName, type SourceName } from '../../../schemas/ids.ts';
import { nearest } from '../../../schemas/nearest.ts';
import type { View } from '../../contracts/view.ts';
import { everyAnswerHeaders } from '../headers.ts';
import { parameters } from '../parameters.ts';
import { Refusal, unknown } from '../refusal.ts';
import { refused, type Route } from '../route.ts';
import { bitbucket } from './bitbucket.ts';
import { bodyReader } from './body.ts';
import type { Announced, Forge, Proof } from './forge.ts';
import { generic } from './generic.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { deliveryDigest, proves } from './proof.ts';

const forges: ReadonlyMap<string, Forge> = new Map(Object.entries({ github, gitlab, gitea, bitbucket, generic }));

export function webhookRoutes(view: View): Route[] {
  const readBody = bodyReader();
  return [{
    method: 'post', path: '/webhooks/{forge}/{source}', summary: 'A forge says that a repository has news',
    description: 'The body is what the forge sends, at most 1 MiB. It is proven by the source\'s webhook secret: GitHub `X-Hub-Signature-256`, '
      + 'Gitea `X-Gitea-Signature`, Bitbucket `X-Hub-Signature`, GitLab `X-Gitlab-Token`; generic: `X-Stratos-Signature: sha256=<HMAC-SHA-256 of the body in hex>`, '
      + 'or `Authorization: Bearer <secret>`, with a body such as `{"repository": "https://git.example.com/acme/web.git", "reference": "refs/heads/main"}`.',
    parameters: [parameters.forge, parameters.source],
    responses: {
      202: { description: 'What is looked at again.', content: { 'application/json': 'webhook-answer' } },
      400: refused('The body is not the JSON object that the forge would send.'),
      401: refused('The proof is missing or wrong, or there is no such source.'),
      403: refused('The source has no webhook secret, so nothing is accepted for it.'),
      404: refused('There is no such forge.'),
      409: refused('This delivery was received before.'),
      413: refused('The body is too large.'),
      415: refused('The body is compressed.'),
      503: refused('Too many deliveries are being received.'),
    },
    handle: (c) => receive(c, view, readBody),
  }];
}

async function receive(c: Context, view: View, readBody: (c: Context) => Promise<Uint8Array>): Promise<Response> {
  const name = c.req.param('forge') ?? '';
  const forge = forges.get(name);
  if (forge === undefined) throw unknown('forge', name, nearest(name, forges.keys()));
  const source = sourceName(c.req.param('source') ?? '');
  if (view.webhookSecrets(source)?.every((secret) => secret === '')) {
    throw new Refusal({ status: 403, code: 'no-webhook-secret', detail: 'This source has no webhook secret; configure one to accept deliveries' });
  }
  const proof = forge.proof((header) => c.req.header(header));
  if (proof === null) throw notProven();
  const body = await readBody(c);
  // Asked again: a secret may have been replaced while the body came in.
  if (!proves(proof, body, view.webhookSecrets(source) ?? [])) throw notProven();
  const announced = forge.announced(parse(body, forge, c.req.header('content-type') ?? ''));
  await refuseReplay(view, { name, source, proof, body, delivery: forge.delivery((header) => c.req.header(header)) });
  return accepted(source, announced, (await view.hint({ source, ...announced })).matched);
}

function notProven(): Refusal {
  return new Refusal({ status: 401, code: 'not-proven', detail: 'The signature or token is missing or wrong for this source', headers: { 'www-authenticate': 'Bearer realm="webhooks"' } });
}

function parse(body: Uint8Array, forge: Forge, contentType: string): object {
  const notJson = new Refusal({ status: 400, code: 'invalid-payload', detail: 'The body is not a JSON object' });
  let payload: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const isForm = forge.sendsForms && contentType.toLowerCase().startsWith('application/x-www-form-urlencoded');
    payload = JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
  } catch {
    throw notJson;
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw notJson;
  return payload;
}

/**
 * A delivery is known by its id. The id is not signed, so a signed body is known by itself as well: sent again under
 * another id it is still the same delivery. A token proves nothing about the body, so there the id alone counts.
 */
async function refuseReplay(view: View, of: { name: string; source: SourceName; proof: Proof; body: Uint8Array; delivery: string | null }): Promise<void> {
  const { name, source, proof, body, delivery } = of;
  const ids: string[] = [];
  if (delivery === null || proof.kind === 'signature') ids.push(`body:${deliveryDigest(proof, body)}`);
  if (delivery !== null) ids.push(`id:${deliveryDigest({ kind: 'token', token: delivery }, new Uint8Array())}`);
  for (const id of ids) {
    if (await view.recordDelivery(`webhook/${name}/${source}/${id}`)) continue;
    throw new Refusal({ status: 409, code: 'replayed', detail: 'This delivery was received before' });
  }
}

function accepted(source: SourceName, { repositoryUrl, reference }: Announced, matched: readonly string[]): Response {
  const what = repositoryUrl ?? 'the delivery, which names no repository,';
  const detail = matched.length === 0 ? `Nothing of source ${source} matches ${what}: nothing is looked at again` : `Looking again at ${matched.join(', ')}`;
  const body: WebhookAnswer = { source, repository: repositoryUrl, reference, matched: [...matched], detail };
  return new Response(JSON.stringify(body), { status: 202, headers: { ...everyAnswerHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' } });
}
