import { describe, expect, it } from 'vitest';

import type { Explanation } from './explained.ts';
import { judge, type Run } from './judge.ts';

const explanation = (more: Partial<Explanation>): Explanation => ({
  suite: 'a-suite',
  findings: ['done-is-missing'],
  upstreams: 'all',
  whose: 'suite',
  because: 'The vendor documents no such thing at all.',
  documentation: ['https://example.test/docs'],
  ...more,
});

const run = (upstream: Run['upstream'], findings: readonly string[], says = 'no [DONE]'): Run => ({
  suite: 'a-suite',
  upstream,
  model: 'a-model',
  seconds: 1,
  checks: [
    { id: 'fine', outcome: 'pass', findings: [] },
    { id: 'stream', outcome: 'fail', findings: findings.map((id) => ({ id, says })) },
  ],
});

const occurrence = (upstream: Run['upstream'], id: string, says = 'no [DONE]') => ({
  suite: 'a-suite',
  upstream,
  finding: { id, says },
});

describe('a finding', () => {
  it('is explained where its explanation says', () => {
    const runs = [run('openai-chat', ['done-is-missing']), run('gemini-generate', ['done-is-missing'])];
    expect(judge(runs, [explanation({ upstreams: ['openai-chat'] })])).toEqual({
      explained: [occurrence('openai-chat', 'done-is-missing')],
      unexplained: [occurrence('gemini-generate', 'done-is-missing')],
      stale: [],
    });
  });

  it.each([
    ['another name', { findings: ['done-is-missing', 'other'] }, ['other', 'third']],
    ['another suite', { suite: 'b-suite' }, ['done-is-missing']],
    ['another message', { says: '[DONE] twice' }, ['done-is-missing']],
  ])('of %s is not explained', (_what, more, findings) => {
    expect(judge([run('openai-chat', findings)], [explanation(more)]).unexplained).toEqual([
      occurrence('openai-chat', findings.at(-1) ?? ''),
    ]);
  });
});

describe('an explanation', () => {
  it('is stale for each finding and upstream at hand where it does not occur', () => {
    const known = explanation({ findings: ['done-is-missing', 'gone'], upstreams: ['openai-chat', 'gemini-generate'] });
    expect(judge([run('openai-chat', ['done-is-missing'])], [known]).stale).toEqual([
      { suite: 'a-suite', upstream: 'openai-chat', id: 'gone' },
    ]);
  });

  it('is stale when the finding now says something else', () => {
    const judgement = judge([run('openai-chat', ['done-is-missing'], 'twice')], [explanation({ says: 'no [DONE]' })]);
    expect(judgement).toEqual({
      explained: [],
      unexplained: [occurrence('openai-chat', 'done-is-missing', 'twice')],
      stale: [{ suite: 'a-suite', upstream: 'openai-chat', id: 'done-is-missing' }],
    });
  });

  it('of a suite or an upstream that did not run is left alone', () => {
    const others = [explanation({ suite: 'b-suite' }), explanation({ upstreams: ['gemini-generate'] })];
    expect(judge([run('openai-chat', [])], others)).toEqual({ explained: [], unexplained: [], stale: [] });
  });
});
