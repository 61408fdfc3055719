import { describe, expect, it } from 'vitest';

import { newPageCache } from './page-cache.ts';

describe('a page cache', () => {
  it('makes a page once for those who ask while it is fresh, and again afterwards', async () => {
    let now = 0;
    let made = 0;
    const cache = newPageCache(() => now, 1_000);
    const make = async (): Promise<string> => `page ${(made += 1)}`;
    const first = await Promise.all([cache.get('a', make), cache.get('a', make), cache.get('b', make)]);
    now = 999;
    const second = await cache.get('a', make);
    now = 1_000;
    const third = await cache.get('a', make);
    expect([...first, second, third]).toEqual(['page 1', 'page 1', 'page 2', 'page 1', 'page 3']);
  });

  it('does not keep a page that was being made when something changed', async () => {
    const cache = newPageCache(() => 0);
    let finish = (_text: string): void => undefined;
    const slow = cache.get('a', async () => new Promise<string>((resolve) => (finish = resolve)));
    cache.clear();
    const fresh = cache.get('a', async () => 'new');
    finish('old');
    expect([await slow, await fresh, await cache.get('a', async () => 'newer')]).toEqual(['old', 'new', 'new']);
  });

  it('keeps neither a failure nor an absence', async () => {
    const cache = newPageCache(() => 0);
    await expect(cache.get('a', async () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await cache.get('a', async () => undefined)).toBeUndefined();
    expect(await cache.get('a', async () => 'there')).toBe('there');
  });

  it('makes no page immortal when the clock is set back', async () => {
    let now = 1_000_000;
    const cache = newPageCache(() => now, 1_000);
    await cache.get('a', async () => 'old');
    now = 0;
    expect(await cache.get('a', async () => 'new')).toBe('new');
  });
});
