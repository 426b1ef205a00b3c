import { expect, it } from 'vitest';
import { isBelowPrefix } from '../../reconciler/artifacts/index.ts';

it.each([
  ['https://git.example.com/acme/web.git', 'https://git.example.com/acme/', true],
  ['https://git.example.com/acme/web.git', 'https://git.example.com/acme', true],
  ['https://git.example.com/acme/web.git', 'https://git.example.com/acme/web.git', true],
  ['https://GIT.example.com:443/acme/web.git', 'https://git.example.com/acme/', true],
  ['git@git.example.com:acme/web.git', 'ssh://git@git.example.com/acme/', true],
  ['https://git.example.com/acme-evil/web.git', 'https://git.example.com/acme', false],
  ['https://git.example.com/acme/../globex/web.git', 'https://git.example.com/acme/', false],
  ['https://git.example.com/acme/%2e%2e/globex/web.git', 'https://git.example.com/acme/', false],
  ['https://git.example.com.evil.invalid/acme/web.git', 'https://git.example.com/acme/', false],
  ['https://git.example.com@evil.invalid/acme/web.git', 'https://git.example.com/acme/', false],
  ['http://git.example.com/acme/web.git', 'https://git.example.com/acme/', false],
  ['https://git.example.com:8443/acme/web.git', 'https://git.example.com/acme/', false],
  ['ext::sh -c id', 'https://git.example.com/', false],
  ['artifacts/web.git', 'artifacts/', true],
  ['artifacts/web.git', '', true],
  ['./artifacts//web.git', 'artifacts', true],
  ['artifacts2/web.git', 'artifacts', false],
  ['artifacts/../secret/web.git', 'artifacts', false],
  ['artifacts/web.git', 'https://git.example.com/', false],
  ['https://git.example.com/acme/web.git', '', false],
] as const)('%s below %j: %j', (url, prefix, expected) => {
  expect(isBelowPrefix(url, prefix)).toBe(expected);
});
