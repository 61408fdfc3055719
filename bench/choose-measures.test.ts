import { expect, it } from 'vitest';

import { chooseMeasures } from './choose-measures.ts';

const measures = [
  { name: 'a', title: 'A' },
  { name: 'b', title: 'B', notQuick: 'it is long' },
];
const all = { only: [], except: [], quick: false };
const namesOf = (options: Parameters<typeof chooseMeasures>[1]): readonly string[] =>
  chooseMeasures(measures, options).chosen.map(({ name }) => name);

it('takes all, those that are named, or those that are not', () => {
  expect([namesOf(all), namesOf({ ...all, only: ['b'] }), namesOf({ ...all, except: ['b'] })]).toEqual([['a', 'b'], ['b'], ['a']]);
});

it('takes the long ones into a quick run only when they are named', () => {
  expect([namesOf({ ...all, quick: true }), namesOf({ ...all, quick: true, only: ['b'] })]).toEqual([['a'], ['b']]);
});

it('says why the others are no part of it', () => {
  const whys = [{ quick: true }, { except: ['b'] }, { only: ['a'] }].map((some) => chooseMeasures(measures, { ...all, ...some }).leftOut);
  const b = { name: 'b', title: 'B' };
  expect(whys).toEqual([
    [{ ...b, why: 'no part of a quick run, because it is long' }],
    [{ ...b, why: 'left out with --except' }],
    [{ ...b, why: 'left out with --only' }],
  ]);
});
