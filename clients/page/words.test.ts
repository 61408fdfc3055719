import { expect, it } from 'vitest';

import type { Recorded } from '../record.ts';
import { inWords } from './words.ts';

const outcome: Recorded['outcome'] = {
  ended: 'exit 0',
  requests: [],
  tries: 1,
  prints: 'the whole answer',
  namesAsked: [],
  leftBehind: [],
};

type More = Partial<Recorded['outcome']>;

it.each([
  ['plain', {}, [], 'answers, exit 0'],
  ['plain', { prints: 'no answer', ended: 'exit 1' }, [], 'prints no answer, exit 1'],
  ['tool-call', { tool: { ran: true, resultSent: true } }, [], 'runs it and sends the result, exit 0'],
  ['tool-call', { tool: { ran: true, resultSent: false } }, [], 'runs it, does not send the result, exit 0'],
  ['tool-call', { tool: { ran: false, resultSent: false } }, [], 'does not run it, does not send the result, exit 0'],
  ['streamed', { streams: true }, [], 'prints as it comes, exit 0'],
  ['streamed', { streams: false }, [], 'prints at the end, exit 0'],
  ['wrong-key', { ended: 'exit 1' }, [], 'asks once, exit 1'],
  ['wrong-key', { ended: 'exit 1', tries: 0 }, [], 'does not ask, exit 1'],
  ['wrong-key', { ended: 'exit 1', tries: 3 }, [0.5, 1], 'asks 3 times (pauses 0.5, 1 s), exit 1'],
  ['rate-limited', { tries: 2, retryAfter: 'waited' }, [11], 'waits the 11 s, exit 0'],
  ['rate-limited', { tries: 3, retryAfter: 'waited' }, [11, 1], 'waits the 11 s, asks 3 times, exit 0'],
  ['rate-limited', { tries: 3, retryAfter: 'came back early' }, [1, 9], 'does not wait: asks 3 times (pauses 1, 9 s), exit 0'],
  ['rate-limited', { ended: 'exit 1', retryAfter: 'did not come back' }, [], 'gives up, exit 1'],
  ['server-error', { tries: 9, ended: 'exit 1' }, [1, 2], 'asks 9 times (pauses 1, 2, … s), exit 1 after 12.5 s'],
  [
    'server-error',
    { tries: 'several', ended: 'still running after 60 s' },
    [1],
    'asks again and again (pauses 1, … s), still running after 60 s',
  ],
  ['cut', { tries: 2, prints: 'half an answer, then the whole' }, [1], 'asks again, prints half an answer, then the whole, exit 0'],
] as const)('%s with %j', (id, more, waits, words) => {
  const one = { case: id, outcome: { ...outcome, ...(more as More) }, waits: [...waits], seconds: 12.5 } as unknown as Recorded;
  expect(inWords(one)).toBe(words);
});
