import { expect, it } from 'vitest';

import { atEndOfTurn, behindEndOfTurn, endOfTurn } from './end-of-turn.ts';

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

it('does what comes last behind all that follows from the turn, and before the next', async () => {
  const seen: string[] = [];
  atEndOfTurn(() => {
    seen.push('work');
    atEndOfTurn(() => seen.push('next turn'));
    queueMicrotask(() => {
      seen.push('what follows');
      process.nextTick(() => behindEndOfTurn(() => seen.push('last')));
    });
  });
  await endOfTurn();
  await endOfTurn();
  expect(seen).toEqual(['work', 'what follows', 'last', 'next turn']);
});

it('does what comes last at the end of a turn that has nothing else to do', async () => {
  const seen: string[] = [];
  behindEndOfTurn(() => seen.push('last'));
  behindEndOfTurn(() => {
    seen.push('once more');
    behindEndOfTurn(() => seen.push('in the next turn'));
  });
  expect(seen).toEqual([]);
  await endOfTurn();
  await endOfTurn();
  expect(seen).toEqual(['last', 'once more', 'in the next turn']);
});
