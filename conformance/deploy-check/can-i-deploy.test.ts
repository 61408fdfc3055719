import { describe, expect, it } from 'vitest';

import { canIDeploy, type DeployQuestion } from './can-i-deploy.ts';
import type { StoredReport } from './stored-reports.ts';

const question: DeployQuestion = { proxy: 'mine', version: '2.0.0', baseline: 'b'.repeat(64), profile: 'full' };

type Result = StoredReport['results'][number];
const result = (scenario: string, verdict: Result['verdict'], more: Partial<Result> = {}): Result => ({
  scenario,
  arm: 'conformance',
  dialect: 'openai-chat',
  upstream: 'openai-chat',
  stream: false,
  verdict,
  ...more,
});

interface Facts {
  readonly file?: string;
  readonly name?: string;
  readonly version?: string;
  readonly profile?: string;
  readonly baseline?: string;
  readonly complete?: boolean;
  readonly tool?: string;
  readonly selection?: string[];
}

const report = (results: readonly Result[], facts: Facts = {}): StoredReport => {
  const { file = 'one.json', name = 'mine', version = '2.0.0', profile = 'full', baseline = question.baseline, complete = true } = facts;
  return {
    file,
    schema: 'wireproof.report/v1',
    tool: { version: facts.tool ?? '0.1.0' },
    run: {
      id: file,
      startedAt: '2026-01-01T00:00:00.000Z',
      complete,
      ...(facts.selection !== undefined && { selection: facts.selection }),
    },
    target: { name, version, profile },
    ...(baseline !== '' && { upstream: { baseline } }),
    results: [...results],
  };
};

const fail = (scenario: string): string => `${scenario} (conformance) openai-chat > openai-chat`;
const ask = (...reports: readonly StoredReport[]) => {
  const { verdict, because, reports: files, held, failed, unjudged, missing } = canIDeploy(question, reports);
  return { verdict, because, files, held, failed, unjudged, missing };
};
const nothing = { files: [], held: 0, failed: [], unjudged: [], missing: [] };

describe('canIDeploy', () => {
  it('does not know when the profile claims nothing of what was run', () => {
    const because = 'nothing that the profile claims was judged';
    const results = [result('a/a', 'unsupported'), result('a/b', 'unsupported')];
    expect(ask(report(results))).toEqual({ ...nothing, verdict: 'unknown', because, files: ['one.json'], held: 2 });
  });

  it('says yes when all that was judged holds, and names the reports', () => {
    const known = { reason: 'upstream', owner: 'me', expires: '2027-01-01' };
    const results = [result('a/a', 'pass'), result('a/b', 'unsupported'), result('a/c', 'fail', { knownFailure: known })];
    expect(canIDeploy(question, [report(results)])).toEqual({
      schema: 'wireproof.can-i-deploy/v1',
      ...question,
      verdict: 'yes',
      because: '3 results hold',
      reports: ['one.json'],
      held: 3,
      failed: [],
      unjudged: [],
      missing: [],
      parts: [],
    });
  });

  describe('of runs that were narrowed', () => {
    const parts = (...selections: readonly (readonly string[])[]) => {
      const runs = selections.map((selection, at) =>
        report([result(`a/${at}`, 'pass')], { file: `${at}.json`, selection: [...selection] }),
      );
      const { verdict, because, parts: told } = canIDeploy(question, runs);
      return { verdict, because, parts: told };
    };

    it.each<[readonly (readonly string[])[], string, readonly string[]]>([
      [[['--row 3']], '1 result holds, of a part: --row 3', ['--row 3']],
      [
        [['--row 3', '--arm remedy'], ['--row 4']],
        '2 results hold, of 2 parts: --row 3 --arm remedy; --row 4',
        ['--row 3 --arm remedy', '--row 4'],
      ],
      [[['--shard 1/2']], '1 result holds, of a part: --shard 1/2', ['--shard 1/2']],
      [
        [['--shard 1/2'], ['--shard 1/3'], ['--shard 2/3']],
        '3 results hold, of 3 parts: --shard 1/2; --shard 1/3; --shard 2/3',
        ['--shard 1/2', '--shard 1/3', '--shard 2/3'],
      ],
      [
        [
          ['--row 3', '--shard 2/2'],
          ['--row 3', '--shard 1/2'],
        ],
        '2 results hold, of a part: --row 3',
        ['--row 3'],
      ],
      [
        [['--row 1'], ['--row 2'], ['--row 3'], ['--row 4'], ['--row 5']],
        '5 results hold, of 5 parts: --row 1; --row 2; --row 3; and 2 more',
        ['--row 1', '--row 2', '--row 3', '--row 4', '--row 5'],
      ],
    ])('says yes of a part: %j', (selections, because, told) => {
      expect(parts(...selections)).toEqual({ verdict: 'yes', because, parts: told });
    });

    it.each<[string, readonly (readonly string[])[]]>([
      ['one of them was whole', [['--row 3'], []]],
      ['all shards are there', [['--shard 2/2'], ['--row 3'], ['--shard 1/2']]],
    ])('says nothing of it where %s', (_, selections) => {
      expect(parts(...selections)).toEqual({ verdict: 'yes', because: `${selections.length} results hold`, parts: [] });
    });

    it('does not take a whole run that was stopped for one', () => {
      const stopped = report([result('a/a', 'pass')], { file: '1.json', complete: false });
      const part = report([result('a/a', 'pass')], { file: '2.json', selection: ['--row 3'] });
      expect(ask(stopped, part)).toMatchObject({ verdict: 'yes', because: '1 result holds, of a part: --row 3' });
    });
  });

  it('adds up shards', () => {
    const shards = [report([result('a/a', 'pass')], { file: '1.json' }), report([result('a/b', 'pass')], { file: '2.json' })];
    expect(ask(...shards)).toEqual({ ...nothing, verdict: 'yes', because: '2 results hold', files: ['1.json', '2.json'], held: 2 });
  });

  it('says no with what failed, and takes the newest result of each', () => {
    const first = report([result('a/a', 'fail'), result('a/b', 'pass')], { file: '1.json' });
    const second = report([result('a/a', 'pass'), result('a/b', 'fail')], { file: '2.json' });
    const files = ['1.json', '2.json'];
    expect(ask(first, second)).toEqual({ ...nothing, verdict: 'no', because: '1 failed', files, held: 1, failed: [fail('a/b')] });
  });

  it('says no with what another version was judged by and this one was not', () => {
    const former = report([result('a/a', 'pass'), result('a/b', 'pass')], { version: '1.0.0' });
    expect(ask(former, report([result('a/a', 'pass')]))).toEqual({
      ...nothing,
      verdict: 'no',
      because: '1 were judged of this proxy before and not now',
      files: ['one.json'],
      held: 1,
      missing: [fail('a/b')],
    });
  });

  it('misses nothing that only another version of the tool had', () => {
    const former = report([result('a/gone', 'pass')], { version: '1.0.0', tool: '0.0.9' });
    expect(ask(former, report([result('a/a', 'pass')])).verdict).toBe('yes');
  });

  it.each([
    ['another baseline', { baseline: 'c'.repeat(64) }, 'against this baseline'],
    ['mocked upstreams', { baseline: '' }, 'against this baseline'],
    ['another profile', { profile: 'small' }, 'for the profile full'],
  ])('says no when it was verified with %s only', (_, facts, lacking) => {
    expect(ask(report([result('a/a', 'pass')], facts))).toEqual({
      ...nothing,
      verdict: 'no',
      because: `mine 2.0.0 was not verified ${lacking}`,
      missing: [lacking],
    });
  });

  it.each([
    ['no report', []],
    ['another proxy', [report([result('a/a', 'pass')], { name: 'theirs' })]],
    ['another version', [report([result('a/a', 'pass')], { version: '1.0.0' })]],
  ])('does not know with %s', (_, reports) => {
    expect(ask(...reports)).toEqual({ ...nothing, verdict: 'unknown', because: 'no report of mine 2.0.0' });
  });

  it.each([
    ['was stopped', report([result('a/a', 'pass')], { complete: false }), []],
    ['could not judge all', report([result('a/a', 'pass'), result('a/b', 'inconclusive')]), [fail('a/b')]],
  ])('does not know when the run %s', (_, stored, unjudged) => {
    expect(ask(stored)).toEqual({
      ...nothing,
      verdict: 'unknown',
      because: 'not everything was judged',
      files: ['one.json'],
      held: 1,
      unjudged,
    });
  });

  it('wants a run that was stopped to be made good by a later one that judged as much', () => {
    const stopped = report([result('a/a', 'pass'), result('a/b', 'pass')], { file: '1.json', complete: false });
    const part = report([result('a/a', 'pass')], { file: '2.json' });
    const whole = report([result('a/a', 'pass'), result('a/b', 'pass'), result('a/c', 'pass')], { file: '3.json' });
    expect([ask(stopped, part), ask(stopped, part, whole), ask(whole, stopped)].map(({ verdict }) => verdict)).toEqual([
      'unknown',
      'yes',
      'unknown',
    ]);
  });

  it('does not know when nothing at all was run', () => {
    expect(ask(report([])).verdict).toBe('unknown');
  });
});
