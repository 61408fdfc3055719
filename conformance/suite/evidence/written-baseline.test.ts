import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import type { Findings } from './findings.ts';
import type { ObservedCheck } from './observed-check.ts';
import { writtenBaseline } from './written-baseline.ts';

const findings: Findings = {
  title: 'a gateway',
  about: 'for this test only',
  owner: 'me',
  expires: '2027-03-01',
  findings: [
    {
      id: 'streams-fail',
      title: 'No stream arrives',
      matches: [{ check: 'a/*', actual: '^500' }],
      expects: 'a stream that arrives',
      consequence: 'nobody can read it',
      issues: [{ url: 'https://example.org/issues/1', says: 'the same' }],
    },
  ],
};

const check = (about: Partial<ObservedCheck>): ObservedCheck => ({
  id: 'a/b#it-works',
  level: 'must',
  verdict: 'fail',
  dialect: 'openai-chat',
  upstream: 'openai-chat',
  stream: true,
  expected: 'status 200',
  actual: '500 nothing',
  steps: ['asked'],
  result: {} as ObservedCheck['result'],
  ...about,
});

const written = (...checks: readonly ObservedCheck[]): unknown =>
  parse(writtenBaseline(checks, { target: 'it', findings, page: '../../docs/evidence/it.md' }));

const common = { owner: 'me', expires: '2027-03-01' };

describe('a baseline written from a run', () => {
  it('covers what failed and nothing else, with the finding as reason and its issue as link', () => {
    expect(written(check({}), check({ stream: false, verdict: 'pass' }))).toEqual([
      { id: 'a/b#it-works', reason: 'streams-fail: No stream arrives', link: 'https://example.org/issues/1', stream: true, ...common },
    ]);
  });

  it('says of a failure without a finding that nobody has looked, and links the page', () => {
    expect(written(check({ actual: '404 nothing' }))).toEqual([
      {
        id: 'a/b#it-works',
        reason: 'not looked into yet; the evidence page has the check as it failed',
        link: '../../docs/evidence/it.md',
        ...common,
      },
    ]);
  });

  it('needs no entry for warnings, nor for what could not be judged', () => {
    expect(written(check({ level: 'should' }), check({ id: 'a/c#x', verdict: 'inconclusive' }))).toEqual([]);
  });
});
