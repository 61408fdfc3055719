import type { DriftReport } from '../drift-report.ts';

/** What an upstream could send to get out of the text it stands in, whatever that is. */
export const hostile = `\u001b[31m"><script>alert(1)</script></pre>]]>&<!-- \n::error::gone\r\n| **b** [l](javascript:x) \u202e\u0000\ud800`;

/** Everything that a report can say, each once, in texts that are not nice. */
export const madeUpReport: DriftReport = {
  schema: 'wireproof.drift/v1',
  samples: { baseline: 9, against: 6 },
  counts: { breaking: 2, additive: 1, cosmetic: 1 },
  changes: [
    {
      id: '0123456789ab',
      severity: 'breaking',
      kind: 'type-changed',
      surface: 'openai-chat',
      path: 'body.choices[].message.content',
      what: 'array where string was',
      before: '"Hello"',
      after: JSON.stringify([hostile]),
      seenIn: ['chat/a.again-1', 'chat/b', 'chat/c', 'chat/d'],
      rule: 'schema',
      scenario: 'translation/sparse-tool-result',
      touchedBy: { dialect: 'openai-chat', reads: true, writes: true, reaches: ['anthropic-messages', 'gemini-generate'] },
      sdk: { package: 'openai', version: '6.49.0', before: 'fits', after: 'does not fit', who: 'upstream moved away from the SDK' },
    },
    {
      id: '123456789abc',
      severity: 'breaking',
      kind: 'grammar-broken',
      surface: 'openai-responses',
      path: 'sequence-counts-up',
      what: 'the rule no longer holds',
      after: '"event 0: sequence numbers count from 0"',
      seenIn: ['responses/a'],
      rule: 'sequence-counts-up',
      grammar: { dialect: 'openai-responses', version: '2026-02', fits: '2025-03' },
      sdk: { package: 'openai', version: '6.49.0', before: 'unknown', after: 'unknown', who: 'SDK says nothing' },
    },
    {
      id: '23456789abcd',
      severity: 'additive',
      kind: 'field-added',
      surface: 'anthropic-messages',
      path: `body.${hostile}`,
      what: 'a string that is new',
      after: '"x"',
      seenIn: [hostile],
      touchedBy: { dialect: 'anthropic-messages', reads: false, writes: false, reaches: [] },
    },
    {
      id: '3456789abcde',
      severity: 'cosmetic',
      kind: 'latency-changed',
      surface: 'gemini-generate',
      path: 'times.first-byte',
      what: 'the first byte comes much later',
      before: '"300 ms"',
      after: '"3000 ms"',
      seenIn: ['gemini/a'],
    },
  ],
  notCompared: ['chat/e'],
  notInBaseline: ['chat/new'],
  unread: [{ id: 'chat/f', because: 'content-encoding zstd is none of gzip, x-gzip, deflate, br' }],
  sdk: { package: 'openai', version: '6.49.0' },
  live: {
    upstream: 'https://upstream.example/v1',
    wanted: 3,
    requests: 17,
    tokens: 900,
    seconds: 12.5,
    stopped: hostile,
    gaps: [{ id: 'chat/e', samples: 0, because: hostile }],
  },
};

export const nothingChanged: DriftReport = {
  schema: 'wireproof.drift/v1',
  samples: { baseline: 3, against: 3 },
  counts: { breaking: 0, additive: 0, cosmetic: 0 },
  changes: [],
  notCompared: [],
  notInBaseline: [],
  unread: [],
};
