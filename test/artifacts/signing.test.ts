import { describe, expect, it } from 'vitest';
import { digest, memberId } from '../../schemas/ids.ts';
import { parseBundleUrl, signBundleUrl, verifyBundleUrl } from '../../reconciler/artifacts/index.ts';

const key = Buffer.alloc(32, 7);
const grant = { digest: digest(`sha256:${'ab'.repeat(32)}`), member: memberId('shop-web-0-2-5f3a1c9d'), expiresAtMs: 1_800_000_000_000 };
const beforeMs = grant.expiresAtMs - 1;

describe('a signed bundle URL', () => {
  const url = signBundleUrl(grant, key);
  const parts = parseBundleUrl(`http://127.0.0.1:9${url}`);

  it('is relative and the same every time', () => {
    expect(url).toMatch(/^\/bundles\/(?:ab){32}\?member=shop-web-0-2-5f3a1c9d&expires=1800000000000&signature=[\w-]{43}$/);
    expect(signBundleUrl(grant, key)).toBe(url);
  });

  it('is good until it expires', () => {
    if (parts === null) throw new Error('not parsed');
    expect(verifyBundleUrl(parts, key, beforeMs)).toBe(true);
    expect(verifyBundleUrl(parts, key, grant.expiresAtMs)).toBe(false);
  });

  it.each([
    ['another digest', { digest: digest(`sha256:${'ac'.repeat(32)}`) }],
    ['another member', { member: memberId('shop-web-1-1-00000000') }],
    ['a later expiry', { expires: '1900000000000' }],
    ['an expiry of other digits', { expires: '01800000000000' }],
    ['an expiry that is no number', { expires: '1.8e12' }],
    ['an empty signature', { signature: '' }],
    ['half a signature', { signature: (parts?.signature ?? '').slice(0, 20) }],
    ['a padded signature', { signature: `${parts?.signature}=` }],
    ['a signature of other letters', { signature: `A${(parts?.signature ?? '').slice(1, -1)}B` }],
  ])('is not good with %s', (_what, change) => {
    if (parts === null) throw new Error('not parsed');
    expect(verifyBundleUrl({ ...parts, ...change }, key, beforeMs)).toBe(false);
  });

  it('is not good under another key', () => {
    if (parts === null) throw new Error('not parsed');
    expect(verifyBundleUrl(parts, Buffer.alloc(32, 8), beforeMs)).toBe(false);
  });

  it.each(['/bundles/xyz?member=m&expires=1&signature=s', '/bundles/?member=m', '/other', `${url.replace('member', 'number')}`, 'http://['])('is not seen in %s', (text) => {
    expect(parseBundleUrl(text)).toBeNull();
  });
});
