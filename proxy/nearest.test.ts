import { describe, expect, it } from 'vitest';

import { didYouMean, nearestOf } from './nearest.ts';

describe('the nearest known names', () => {
  it('are those that may be meant, best first, in any case', () => {
    expect(nearestOf('GPT-4.1-mni', ['gpt-4.1', 'gpt-4.1-mini', 'claude'], 3)).toEqual(['gpt-4.1-mini', 'gpt-4.1']);
    expect(didYouMean('prot', ['port', 'host'])).toEqual({ hint: 'did you mean "port"?' });
    expect(didYouMean('nothing-like-it', ['port'])).toEqual({});
  });

  it('are not looked for when the name is longer than any, however near it is', () => {
    const long = 'm'.repeat(201);
    expect([nearestOf(long, [long]), nearestOf('m'.repeat(200), [long])]).toEqual([[], [long]]);
  });
});
