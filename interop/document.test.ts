import { expect, it } from 'vitest';

import { documentText } from './document.ts';

it('shows every check, numbers what is explained and marks what is not', () => {
  const explanation = {
    suite: 'probe',
    findings: ['done|missing'],
    upstreams: ['openai-chat'] as ['openai-chat'],
    whose: 'suite' as const,
    because: 'The vendor\n  ends its streams otherwise.',
    documentation: ['https://example.test/docs'],
  };
  const finding = (id: string) => ({ id, says: 'something' });
  const text = documentText({
    date: '2026-11-22',
    node: 'v20.20.2',
    system: 'Linux 6, x64',
    answered: 12,
    suites: [{ name: 'probe', version: '1.2.3', licence: 'MIT', about: 'two checks' }],
    upstreams: ['openai-chat', 'gemini-generate'],
    runs: [
      {
        suite: 'probe',
        upstream: 'openai-chat',
        model: 'a-model',
        seconds: 1.25,
        checks: [
          { id: 'basic', outcome: 'pass', findings: [] },
          { id: 'stream', outcome: 'fail', findings: [finding('done|missing')] },
        ],
      },
      {
        suite: 'probe',
        upstream: 'gemini-generate',
        model: 'b-model',
        seconds: 2,
        checks: [{ id: 'basic', outcome: 'fail', findings: [finding('new')] }],
      },
    ],
    explanations: [explanation],
  });
  expect(text.split('\n').filter((line) => line.startsWith('|') || line.startsWith('**'))).toEqual([
    '|         |                  |',
    '| ------- | ---------------- |',
    '| Node.js | v20.20.2         |',
    '| system  | Linux 6, x64     |',
    '| probe   | 1.2.3 (npm, MIT) |',
    '| suite | upstream        | model   | checks | without findings | findings | seconds |',
    '| ----- | --------------- | ------- | ------ | ---------------- | -------- | ------- |',
    '| probe | openai-chat     | a-model | 2      | 1                | 1        | 1.3     |',
    '| probe | gemini-generate | b-model | 1      | 0                | 1        | 2.0     |',
    '| check    | openai-chat | gemini-generate      |',
    '| -------- | ----------- | -------------------- |',
    '| `basic`  | pass        | fail **unexplained** |',
    '| `stream` | fail [1]    | absent               |',
    "**[1]** probe, openai-chat (the suite's): `done|missing`",
  ]);
  expect(text).toContain('The vendor ends its streams otherwise.\n\nDocumentation: <https://example.test/docs>\n');
});
