import { describe, expect, it } from 'vitest';

import type { Turn } from '../ir/chat.ts';
import { lossOfPrefill } from './turns.ts';

const asked: Turn = { role: 'user', parts: [{ kind: 'text', text: 'Count to three.' }] };
const call = { kind: 'tool-call', id: 'c1', name: 'count', arguments: '{}' } as const;
const begun: Turn = { role: 'assistant', parts: [call, { kind: 'text', text: 'One, two,' }] };

describe('the loss of a prefill', () => {
  it('names the last turn when it ends in words of the assistant', () => {
    expect(lossOfPrefill([asked, begun])).toEqual([
      { path: 'turns[1].prefill', why: 'OpenAI does not write on from the last words of the assistant, but answers anew' },
    ]);
  });

  it.each<[string, readonly Turn[]]>([
    ['no turns', []],
    ['a question at the end', [asked, begun, asked]],
    ['a call at the end', [asked, { role: 'assistant', parts: [{ kind: 'text', text: 'I count.' }, call] }]],
    ['an empty turn at the end', [asked, { role: 'assistant', parts: [] }]],
  ])('is none for %s', (_about, turns) => {
    expect(lossOfPrefill(turns)).toEqual([]);
  });
});
