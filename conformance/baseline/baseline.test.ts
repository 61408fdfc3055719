import { describe, expect, it } from 'vitest';

import type { Scenario } from '#scenarios/kit/scenario';

import { ToolError } from '../errors.ts';
import { loadBaseline, parseBaseline } from './baseline.ts';

const scenarios = [
  { id: 'translation/sparse-tool-result', expectations: [{ id: 'the-body-is-json' }] },
  { id: 'limits/body-size', expectations: [] },
] as unknown as readonly Scenario[];

const problemsOf = (text: string) => {
  try {
    parseBaseline('known.yaml', text, scenarios);
  } catch (error) {
    if (error instanceof ToolError) return { code: error.code, problems: error.problems };
    throw error;
  }
  return undefined;
};

describe('a baseline file', () => {
  it('may be empty', () => {
    expect(problemsOf('')).toBeUndefined();
    expect(problemsOf('# nothing is known to fail\n')).toBeUndefined();
    expect(problemsOf('[]')).toBeUndefined();
  });

  it('says all that is wrong with its form, with lines', () => {
    const text = ['- id: translation/sparse-tool-result', '  reason: short', '  expires: 2027-02-30', '  onwer: me', '- 7', ''].join('\n');
    expect(problemsOf(text)).toEqual({
      code: 'baseline-invalid',
      problems: [
        { where: 'known.yaml:2 0.reason', expected: 'why the failure is tolerated, in at least 10 characters', actual: '"short"' },
        { where: 'known.yaml:1 0.owner', expected: 'who looks after it', actual: 'nothing' },
        { where: 'known.yaml:3 0.expires', expected: 'a day that exists', actual: '"2027-02-30"' },
        { where: 'known.yaml:4 0.onwer', expected: 'a known key', actual: '"onwer"', hint: 'did you mean "owner"?' },
        { where: 'known.yaml:5 1', expected: 'an entry with id, reason, owner and expires', actual: '7' },
      ],
    });
  });

  it('names every id that does not exist, and every repetition', () => {
    const entry = (id: string): string => `- { id: '${id}', reason: waiting for a release, owner: me, expires: 2027-01-01 }\n`;
    const ids = [
      'translation/sparse-tool-resul',
      'translation/sparse-tool-result#the-body-is-jsno',
      'limits/body-size',
      'limits/body-size',
    ];
    expect(problemsOf(ids.map(entry).join(''))?.problems).toEqual([
      {
        where: 'known.yaml:1 0.id',
        expected: 'the id of a scenario',
        actual: '"translation/sparse-tool-resul"',
        hint: 'did you mean "translation/sparse-tool-result"?',
      },
      {
        where: 'known.yaml:2 1.id',
        expected: 'an expectation of translation/sparse-tool-result',
        actual: '"the-body-is-jsno"',
        hint: 'did you mean "the-body-is-json"?',
      },
      { where: 'known.yaml:4 3.id', expected: 'one entry for it', actual: 'the same as known.yaml:3 2.id' },
    ]);
  });

  it('says what is wrong with the form of one entry and the name of another at once', () => {
    const text = "- { id: limits/body-siez, reason: waiting for a release, owner: me, expires: 2027-01-01 }\n- { id: 'nobody/knows' }\n";
    expect(problemsOf(text)?.problems.map(({ where, actual }) => `${where} ${actual}`)).toEqual([
      'known.yaml:2 1.reason nothing',
      'known.yaml:2 1.owner nothing',
      'known.yaml:2 1.expires nothing',
      'known.yaml:1 0.id "limits/body-siez"',
      'known.yaml:2 1.id "nobody/knows"',
    ]);
  });

  it('that is no YAML, or not there, is said so', async () => {
    expect(problemsOf('- {')?.problems[0]?.where).toBe('known.yaml:1');
    await expect(loadBaseline('/nowhere/known.yaml', scenarios)).rejects.toMatchObject({
      code: 'baseline-invalid',
      problems: [
        {
          where: '/nowhere/known.yaml',
          expected: 'a readable file',
          actual: 'no such file',
          hint: 'check the path: a relative one starts at the working folder, or at the file that names it',
        },
      ],
    });
  });
});
