import { expect, it } from 'vitest';

import { newTurns } from './turns.ts';

/** A run that ends when it is told to. */
const held = () => {
  let release: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release };
};

it('lets so many run at once, and the others in their order', async () => {
  const takeTurn = newTurns(2);
  const begun: string[] = [];
  const gates = { a: held(), b: held(), c: held(), d: held() };
  const run = (name: keyof typeof gates) =>
    takeTurn(async () => {
      begun.push(name);
      await gates[name].until;
    });
  const [a, b, c, d] = [run('a'), run('b'), run('c'), run('d')];
  expect(begun).toEqual(['a', 'b']);
  gates.b.release();
  await b;
  await Promise.resolve();
  expect(begun).toEqual(['a', 'b', 'c']);
  gates.a.release();
  gates.c.release();
  gates.d.release();
  await Promise.all([a, c, d]);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

it('goes on after a run that failed', async () => {
  const takeTurn = newTurns(1);
  const failing = takeTurn(() => Promise.reject(new Error('it failed')));
  const next = takeTurn(() => Promise.resolve('the next one'));
  await expect(failing).rejects.toThrow('it failed');
  expect(await next).toBe('the next one');
});
