import { describe, expect, it } from 'vitest';

import { inParallel, queuesInParallel } from './worker-pool.ts';

const never = new AbortController().signal;

/** Work that goes on until it is told to end, and what was begun so far. */
const held = () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (item: string): Promise<void> => {
    begun.push(item);
    return new Promise((resolve) => ends.set(item, resolve));
  };
  const end = async (item: string): Promise<void> => {
    ends.get(item)?.();
    await new Promise(setImmediate);
  };
  return { begun, work, end };
};

describe('work in parallel', () => {
  it('gives every queue its share, and each in order', async () => {
    const { begun, work, end } = held();
    const all = queuesInParallel(
      [
        ['a1', 'a2', 'a3'],
        ['b1', 'b2'],
      ],
      2,
      never,
      work,
    );
    await end('b1');
    await end('b2');
    expect(begun).toEqual(['a1', 'b1', 'b2', 'a2']);
    await end('a2');
    await end('a1');
    await end('a3');
    await all;
    expect(begun).toEqual(['a1', 'b1', 'b2', 'a2', 'a3']);
  });

  it('takes one at a time where only one may run, the first queue first', async () => {
    const begun: string[] = [];
    let running = 0;
    await queuesInParallel([['a1', 'a2'], ['b1']], 1, never, async (item) => {
      running += 1;
      begun.push(`${item} ${running}`);
      await Promise.resolve();
      running -= 1;
    });
    expect(begun).toEqual(['a1 1', 'a2 1', 'b1 1']);
  });

  it('takes nothing more when it is told to stop', async () => {
    const stop = new AbortController();
    const begun: string[] = [];
    await inParallel(['a1', 'a2'], 1, stop.signal, (item) => {
      begun.push(item);
      stop.abort();
      return Promise.resolve();
    });
    expect(begun).toEqual(['a1']);
  });

  it('throws the first rejection when the others have ended', async () => {
    const { begun, work, end } = held();
    const all = queuesInParallel([['bad', 'next'], ['good']], 2, never, (item) =>
      item === 'bad' ? Promise.reject(new Error('bad')) : work(item),
    );
    const outcome = all.catch((error: unknown) => error);
    await end('good');
    expect([await outcome, begun]).toEqual([new Error('bad'), ['good']]);
  });
});
