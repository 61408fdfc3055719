import { describe, expect, it } from 'vitest';

import { newStreamFolder } from './stream-fold.ts';

const folded = (...events: readonly object[]): unknown => {
  const folder = newStreamFolder();
  for (const event of events) folder.push({ data: JSON.stringify(event) });
  return folder.result();
};
const done = (output_index: number, id: string): object => ({ type: 'response.output_item.done', output_index, item: { id } });

describe('folding a Responses stream', () => {
  it('gives the object of the terminal event', () => {
    const response = { id: 'r', output: [{ id: 'kept' }] };
    expect(folded(done(0, 'a'), { type: 'response.completed', response })).toEqual(response);
  });

  it('fills an empty output with the items that were done, in their order', () => {
    const end = { type: 'response.incomplete', response: { id: 'r', output: [] } };
    expect(folded(done(1, 'b'), done(0, 'a'), end)).toEqual({ id: 'r', output: [{ id: 'a' }, { id: 'b' }] });
  });

  it('gives nothing before the end', () => {
    expect(folded({ type: 'response.created', response: { id: 'r' } }, done(0, 'a'))).toBeUndefined();
  });
});
