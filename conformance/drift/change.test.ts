import { describe, expect, it } from 'vitest';

import { mergeChanges, type SeenChange } from './change.ts';

const change: SeenChange = {
  kind: 'field-added',
  surface: 'openai-chat',
  path: 'body.b',
  what: 'a number that is new',
  severity: 'cosmetic',
};

describe('changes', () => {
  it('are each told once, at their worst, with the first values and all samples, the worst first', () => {
    const merged = mergeChanges([
      { id: 'chat/two', change: { ...change, after: 1 } },
      { id: 'chat/one', change: { ...change, after: 2, severity: 'additive' } },
      { id: 'chat/one', change: { ...change, path: 'body.a' } },
      { id: 'chat/two', change: { ...change, after: 3 } },
    ]);
    expect(merged.map(({ path, severity, after, seenIn }) => [path, severity, after, seenIn])).toEqual([
      ['body.b', 'additive', 1, ['chat/one', 'chat/two']],
      ['body.a', 'cosmetic', undefined, ['chat/one']],
    ]);
  });

  it('of very many answers take no longer for each answer than those of a few', () => {
    const seen = Array.from({ length: 40_000 }, (_, index) => ({ id: `chat/${index}`, change }));
    expect(mergeChanges(seen)[0]?.seenIn.length).toBe(seen.length);
  });
});
