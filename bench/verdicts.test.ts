import { describe, expect, it } from 'vitest';

import { differingVerdicts } from './verdicts.ts';

const run = (seed: number, verdicts: Readonly<Record<string, string>>) => ({ seed, verdicts: Object.entries(verdicts) });

describe('differingVerdicts', () => {
  it('finds none in runs that agree, whatever their order', () => {
    expect(differingVerdicts([run(1, { a: 'pass', b: 'fail' }), run(2, { b: 'fail', a: 'pass' })])).toEqual([]);
  });

  it('names the one that changed, what was seen and the seed', () => {
    const runs = [run(1, { a: 'pass', b: 'pass' }), run(2, { a: 'pass', b: 'fail' }), run(3, { a: 'pass', b: 'pass' })];
    expect(differingVerdicts(runs)).toEqual([{ place: 'b', seen: '2 × pass, 1 × fail', seed: 2 }]);
  });

  it('takes a missing verdict for a different one, in the first run too', () => {
    expect(differingVerdicts([run(1, { a: 'pass' }), run(2, {})])).toEqual([{ place: 'a', seen: '1 × pass, 1 × missing', seed: 2 }]);
    expect(differingVerdicts([run(1, {}), run(2, { a: 'pass' })])).toEqual([{ place: 'a', seen: '1 × missing, 1 × pass', seed: 2 }]);
  });

  it('takes a doubled verdict for a different one', () => {
    const doubled = { seed: 2, verdicts: [['a', 'pass'] as const, ['a', 'pass'] as const] };
    expect(differingVerdicts([run(1, { a: 'pass' }), doubled])).toEqual([{ place: 'a', seen: '1 × pass, 1 × pass and pass', seed: 2 }]);
  });
});
