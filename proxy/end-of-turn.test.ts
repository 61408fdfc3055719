import { expect, it } from 'vitest';

import { atEndOfTurn, endOfTurn } from './end-of-turn.ts';

it('does everything of one turn together and in its order, before what that leads to', async () => {
  const seen: string[] = [];
  for (const name of ['one', 'two']) {
    atEndOfTurn(() => {
      seen.push(name);
      void Promise.resolve().then(() => seen.push(`after ${name}`));
    });
  }
  expect(seen).toEqual([]);
  await endOfTurn();
  expect(seen).toEqual(['one', 'two', 'after one', 'after two']);
});

it('does what is wanted meanwhile in the next turn', async () => {
  const seen: string[] = [];
  atEndOfTurn(() => {
    seen.push('first');
    atEndOfTurn(() => seen.push('second'));
  });
  await endOfTurn();
  expect(seen).toEqual(['first']);
  await endOfTurn();
  expect(seen).toEqual(['first', 'second']);
});
