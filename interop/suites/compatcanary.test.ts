import { describe, expect, it } from 'vitest';

import { compatcanary } from './compatcanary.ts';

const report = (results: readonly unknown[], total = results.length): string =>
  JSON.stringify({ schemaVersion: 'compatcanary.report.v1', score: 50, summary: { total }, results });

describe('the report of compatcanary', () => {
  it('becomes one check per probe, with what was wrong', () => {
    const failed = { id: 'responses.basic', status: 'fail', summary: 'HTTP 400 from /responses', error: { responseBody: '{"error":{}}' } };
    const read = compatcanary.read(
      report([
        { id: 'chat.basic', status: 'pass', summary: 'Returned a chat completion', durationMs: 3 },
        { id: 'models.list', status: 'warn', summary: 'selected model is not listed' },
        failed,
      ]),
    );
    expect(read).toEqual([
      { id: 'chat.basic', outcome: 'pass', findings: [] },
      { id: 'models.list', outcome: 'warn', findings: [{ id: 'models.list', says: 'selected model is not listed' }] },
      { id: 'responses.basic', outcome: 'fail', findings: [{ id: 'responses.basic', says: 'HTTP 400 from /responses: {"error":{}}' }] },
    ]);
  });

  it.each([
    ['another schema', JSON.stringify({ schemaVersion: 'compatcanary.report.v2', summary: { total: 1 }, results: [] })],
    ['no probe', report([])],
    ['a status that nobody knows', report([{ id: 'chat.basic', status: 'skip', summary: '' }])],
    ['fewer probes than it counts', report([{ id: 'chat.basic', status: 'pass', summary: '' }], 7)],
    ['no JSON', 'compatcanary: Unknown option'],
  ])('is refused with %s', (_what, text) => {
    expect(() => compatcanary.read(text)).toThrow(Error);
  });

  it('asks for the whole profile, and never for its own verdict', () => {
    const args = compatcanary.args({ url: 'http://127.0.0.1:1', clientKey: 'key', model: 'a-model', reportFile: '/r.json' });
    expect(args.join(' ')).toBe(
      'scan --base-url http://127.0.0.1:1/v1 --model a-model --profile modern --format json --output /r.json --timeout 20 --fail-on never',
    );
  });
});
