import { describe, expect, it } from 'vitest';

import type { ExpectationRecord, Verdict } from './records.ts';
import { verdictOfAllHold, verdictOfSymptom } from './verdict.ts';

const record = (id: string, verdict: Verdict, level: 'must' | 'should' = 'must'): ExpectationRecord => ({
  id,
  level,
  side: 'caller',
  verdict,
  ...(verdict !== 'pass' && verdict !== 'fail' && { reason: 'a reason' }),
});

describe('when all must hold', () => {
  it.each<[string, readonly ExpectationRecord[], Verdict]>([
    ['all hold', [record('a', 'pass'), record('b', 'pass')], 'pass'],
    ['only a should deviates', [record('a', 'pass'), record('b', 'fail', 'should')], 'pass'],
    ['only a should could not be judged', [record('a', 'pass'), record('b', 'inconclusive', 'should')], 'pass'],
    ['a must deviates, whatever else', [record('a', 'fail'), record('b', 'error'), record('c', 'unreachable')], 'fail'],
    ['a check of ours failed', [record('a', 'pass'), record('b', 'error', 'should')], 'error'],
    ['a must was unreachable', [record('a', 'unreachable'), record('b', 'inconclusive')], 'unreachable'],
    ['a must could not be judged', [record('a', 'pass'), record('b', 'inconclusive')], 'inconclusive'],
    ['there are only shoulds and none was judged', [record('a', 'inconclusive', 'should')], 'inconclusive'],
    ['there are only shoulds and none was reached', [record('a', 'unreachable', 'should')], 'unreachable'],
    ['there is nothing', [], 'inconclusive'],
  ])('%s', (_, records, verdict) => {
    expect(verdictOfAllHold(records).verdict).toBe(verdict);
  });
});

describe('when exactly the foretold must deviate', () => {
  it.each<[string, readonly ExpectationRecord[], Verdict]>([
    ['exactly they do', [record('a', 'fail'), record('b', 'pass')], 'pass'],
    ['another one could not be judged', [record('a', 'fail'), record('b', 'inconclusive')], 'pass'],
    ['the foretold one holds', [record('a', 'pass'), record('b', 'pass')], 'fail'],
    ['another one deviates, be it only a should', [record('a', 'fail'), record('b', 'fail', 'should')], 'fail'],
    ['the foretold one could not be judged', [record('a', 'inconclusive'), record('b', 'pass')], 'inconclusive'],
    ['the foretold one was not reached', [record('a', 'unreachable'), record('b', 'unreachable')], 'unreachable'],
    ['a check of ours failed', [record('a', 'fail'), record('b', 'error')], 'error'],
  ])('%s', (_, records, verdict) => {
    expect(verdictOfSymptom(records, ['a']).verdict).toBe(verdict);
  });

  it('names both kinds of error as culprits', () => {
    expect(verdictOfSymptom([record('a', 'pass'), record('b', 'fail'), record('c', 'pass')], ['a'])).toEqual({
      verdict: 'fail',
      reason: 'foretold, but held: a; deviated, but not foretold: b',
      culprits: ['a', 'b'],
      unexpected: true,
    });
  });
});
