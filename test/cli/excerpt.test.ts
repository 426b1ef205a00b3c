/** Quoted lines: the mark stands where the problem is, and what may be secret is not quoted. */

import { describe, expect, it } from 'vitest';
import { excerpt, withoutSecrets } from '../../cli/excerpt.ts';

describe('an excerpt', () => {
  it('marks the column', () => {
    expect(excerpt('a: 1\n  max: x\n', 2, 8)).toEqual({ line: '  max: x', indent: 7 });
  });

  it('shows a window of a long line, with the mark in it', () => {
    const line = `{${'"a": 1, '.repeat(100)}"here": 2}`;
    const column = line.indexOf('"here"') + 1;
    const shown = excerpt(line, 1, column);
    expect(shown?.line.slice(shown.indent)).toBe('"here": 2}');
    expect(shown?.line.length).toBeLessThan(200);
  });

  it('counts a tab and a wide letter as they are shown', () => {
    expect(excerpt('\t日: x', 1, 5)).toEqual({ line: '  日: x', indent: 6 });
  });

  it.each([[null, null], [9, 1], [2, 1], [3, 1]])('is none at %j:%j, or where a secret may go on', (line, column) => {
    expect(excerpt('password: |\n\n  canary', line, column)).toBeNull();
  });
});

describe('a line without secrets', () => {
  it.each([
    '"repoPassword": "canary",',
    '{"name": "payload_parameter.MB_PASSWORD", "value": "canary"}',
    '{"credential":"canary","a":1}',
    "dbPassword: 'canary it''s' # x",
    'api_token: canary canary',
    'private-key: "canary',
    'url: https://ann:canary@example.com/x.git',
    '"secretKey" : "a\\"canary"',
    'tls: {certificate: x, key: canary}',
    '  ssh.key: canary',
  ])('of %s', (line) => {
    const hidden = withoutSecrets(line);
    expect(hidden).not.toContain('canary');
    expect(hidden).toHaveLength(line.length);
    expect(hidden).toContain('*');
  });

  it('is the same line when there is none', () => {
    const line = '  cartridges: {web: {type: node-http, min: 2}} # https://example.com:8080/x';
    expect(withoutSecrets(line)).toBe(line);
  });
});
