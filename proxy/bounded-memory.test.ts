import { describe, expect, it } from 'vitest';

import { boundedMemory } from './bounded-memory.ts';

describe('a bounded memory', () => {
  it('forgets what was least used, and nothing before it is full', () => {
    const memory = boundedMemory<number>(3);
    for (const [at, key] of ['a', 'b', 'c'].entries()) memory.set(key, at);
    expect(Object.fromEntries(memory.entries())).toEqual({ a: 0, b: 1, c: 2 });
    memory.get('a');
    memory.set('a', 7);
    memory.set('d', 3);
    expect(Object.fromEntries(memory.entries())).toEqual({ a: 7, c: 2, d: 3 });
  });
});
