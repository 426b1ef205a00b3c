/** Headers that keep browsers from doing more with an answer than to read it. */

/** On every answer. JSON is never a page: nothing may run in it or around it. */
export const everyAnswerHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** On the console's files: scripts, styles and data from this server alone; no frames, no forms, no foreign base. */
export const consoleHeaders: Readonly<Record<string, string>> = {
  ...everyAnswerHeaders,
  'content-security-policy': [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
};
