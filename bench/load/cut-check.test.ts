import { describe, expect, it } from 'vitest';

import type { Received } from './ask-once.ts';
import { cuttingEndings, endedLike, gotExactly } from './cut-check.ts';

const events = Buffer.from('data: 1\n\ndata: 2\n\ndata: 3\n\n');
const received = (body: string, change: Partial<Received> = {}): Received => ({
  status: 200,
  body: Buffer.from(body),
  complete: false,
  withinChunk: false,
  ended: 'fin',
  ...change,
});

describe('gotExactly', () => {
  it.each(cuttingEndings)('holds for the very events, ending %s', (ending) => {
    expect(gotExactly(received(String(events)), events, ending)).toBe(true);
  });

  it.each(cuttingEndings)('fails on fewer, more, other events and another status, ending %s', (ending) => {
    const wrong = [
      received('data: 1\n\ndata: 2\n\n'),
      received(`${String(events)}data: 4\n\n`),
      received(String(events).replace('2', '7')),
      received(String(events), { status: 501 }),
      received(''),
    ];
    expect(wrong.map((one) => gotExactly(one, events, ending))).toEqual([false, false, false, false, false]);
  });

  it('lets only a cut chunk leave a part of the next event', () => {
    const cut = received(`${String(events)}data: 4`);
    expect(cuttingEndings.filter((ending) => gotExactly(cut, events, ending))).toEqual(['mid-chunk']);
  });
});

describe('endedLike', () => {
  it.each([
    ['eof', received('')],
    ['mid-chunk', received('', { withinChunk: true })],
    ['reset', received('', { ended: 'reset' })],
    ['clean-eof', received('', { complete: true, ended: 'open' })],
  ] as const)('takes %s for nothing else', (ending, one) => {
    expect(cuttingEndings.filter((name) => endedLike(one, name))).toEqual([ending]);
  });
});
