import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proves } from '../../reconciler/server/webhooks/proof.ts';

const secrets = fc.array(fc.oneof(fc.constant(''), fc.string({ maxLength: 20 })), { maxLength: 4 });

test('a token proves what it equals, and no empty secret is ever proven', () => {
  fc.assert(fc.property(secrets, fc.string({ maxLength: 20 }), (known, token) => {
    for (const given of [token, ...known]) expect(proves({ kind: 'token', token: given }, new Uint8Array(), known)).toBe(given !== '' && known.includes(given));
  }));
});

test('a signature proves the one body under the one secret', () => {
  fc.assert(fc.property(secrets, fc.string({ minLength: 1, maxLength: 20 }), fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (known, secret, body, other) => {
    const hex = createHmac('sha256', secret).update(body).digest('hex');
    expect(proves({ kind: 'signature', hex }, body, [...known, secret])).toBe(true);
    expect(proves({ kind: 'signature', hex: hex.toUpperCase() }, body, [secret, ...known])).toBe(true);
    expect(proves({ kind: 'signature', hex }, body, known)).toBe(known.includes(secret));
    expect(proves({ kind: 'signature', hex }, other, [secret])).toBe(Buffer.compare(body, other) === 0);
  }));
});
