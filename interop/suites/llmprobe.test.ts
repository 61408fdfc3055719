import { describe, expect, it } from 'vitest';

import { llmprobe } from './llmprobe.ts';

const whole = {
  version: 2,
  run: { phases: { conformance: { status: 'measured' } } },
  coverage: {
    entries: [
      { id: 'chat', kind: 'surface', supported: true },
      { id: 'images', kind: 'surface', supported: false, detail: 'not implemented' },
      { id: 'seed', kind: 'feature', supported: false, detail: 'told by its own check' },
    ],
  },
  conformance: { results: [{ id: 'chat-basic', outcome: 'pass', failures: [] }] },
};

const read = (results: readonly unknown[], more: object = {}) =>
  llmprobe.read(JSON.stringify({ ...whole, conformance: { results }, ...more })).slice(2);

describe('the report of llmprobe', () => {
  it('tells which surfaces are not served; its features are checks of their own', () => {
    expect(llmprobe.read(JSON.stringify(whole))).toEqual([
      { id: 'coverage-chat', outcome: 'pass', findings: [] },
      { id: 'coverage-images', outcome: 'unsupported', findings: [{ id: 'coverage-images', says: 'not implemented' }] },
      { id: 'chat-basic', outcome: 'pass', findings: [] },
    ]);
  });

  it('counts every assertion that failed, once, also where the check passed', () => {
    const frame = (message: string) => ({ id: 'chat-stream-chunk-schema', label: 'frames match', severity: 'MUST', message });
    const should = { id: 'models-owned-by', label: 'models declare an owner', severity: 'SHOULD' };
    expect(
      read([
        { id: 'chat-streaming', outcome: 'fail', failures: [frame('first'), frame('second')] },
        { id: 'models-list', outcome: 'pass', failures: [should] },
      ]),
    ).toEqual([
      { id: 'chat-streaming', outcome: 'fail', findings: [{ id: 'chat-stream-chunk-schema', says: 'MUST: second' }] },
      { id: 'models-list', outcome: 'pass', findings: [{ id: 'models-owned-by', says: 'SHOULD: models declare an owner' }] },
    ]);
  });

  it.each(['unsupported', 'inconclusive', 'unreachable', 'skipped'])('takes a check that ended %s for a finding', (outcome) => {
    expect(read([{ id: 'chat-seed', outcome, reason: 'because', failures: [] }])).toEqual([
      { id: 'chat-seed', outcome, findings: [{ id: `chat-seed:${outcome}`, says: 'because' }] },
    ]);
  });

  it.each([
    ['a run that stopped early', { incomplete: 'target unreachable' }, 'the run did not finish: target unreachable'],
    ['a run by half', { run: { phases: { conformance: { status: 'partial', reason: 'quick' } } } }, 'conformance is partial: quick'],
  ])('is refused for %s', (_what, more, message) => {
    expect(() => read([{ id: 'chat-basic', outcome: 'pass', failures: [] }], more)).toThrow(message);
  });

  it.each([
    ['no check', { conformance: { results: [] } }],
    ['an outcome that nobody knows', { conformance: { results: [{ id: 'chat-basic', outcome: 'maybe', failures: [] }] } }],
    ['another version', { version: 3 }],
  ])('is refused with %s', (_what, more) => {
    expect(() => llmprobe.read(JSON.stringify({ ...whole, ...more }))).toThrow(Error);
  });
});
