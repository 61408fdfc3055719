import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { answers, callsATool, fails, isBusyFor, isCutOnce, type UpstreamPlay, waitsForTheReader, wholeAnswer } from './plays.ts';

const token = 'wpt_0123456789abcdef';
const proof = { file: 'proof.txt', halves: ['proof', 'abc'] as const };
const bash = { type: 'function', function: { name: 'bash', parameters: { type: 'object', properties: { command: { type: 'string' } } } } };

let upstream: MockUpstream;
beforeEach(async () => {
  upstream = await startMockUpstream({ callerHasWithinMs: 50 });
});
afterEach(() => upstream.close());

interface Message {
  readonly content: string | null;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}

/** Asks Chat Completions without a stream. */
const ask = async (messages: readonly unknown[] = [], tools: readonly unknown[] = [bash]) => {
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: `Say it. ${token}` }, ...messages], tools });
  const response = await fetch(`${upstream.baseUrl('openai-chat')}/chat/completions`, { method: 'POST', body });
  const parsed = (await response.json()) as { readonly choices?: readonly { readonly message: Message }[] };
  const { status, headers } = response;
  return { status, retryAfter: headers.get('retry-after'), message: parsed.choices?.[0]?.message };
};

const stream = async (): Promise<string> => {
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: token }], tools: [bash], stream: true });
  return (await fetch(`${upstream.baseUrl('openai-chat')}/chat/completions`, { method: 'POST', body })).text();
};

const plays = (play: UpstreamPlay): UpstreamPlay => {
  upstream.script(token, play.script);
  return play;
};

describe('an upstream', () => {
  it('that answers says the whole answer to a turn and something else to what has no tools', async () => {
    plays(answers());
    expect((await ask()).message?.content).toBe(wholeAnswer);
    expect((await ask([], [])).message?.content).toBe('A short title');
  });

  it('that calls a tool calls it once and sees its result', async () => {
    const play = plays(callsATool(proof));
    const call = (await ask()).message?.tool_calls?.[0]?.function;
    expect([call?.name, JSON.parse(call?.arguments ?? '{}'), play.resultCameBack()]).toEqual([
      'bash',
      { command: 'printf %s-%s proof abc > proof.txt && cat proof.txt' },
      false,
    ]);
    const result = { role: 'tool', tool_call_id: 'x', content: 'proof-abc' };
    expect([(await ask([result])).message?.content, play.resultCameBack()]).toEqual(['tool-done', true]);
  });

  it('that calls a tool in vain ends the turn and has seen no result', async () => {
    const play = plays(callsATool(proof));
    const refused = { role: 'tool', tool_call_id: 'x', content: 'not allowed' };
    expect([(await ask([refused])).message?.content, play.resultCameBack()]).toEqual(['tool-done', false]);
  });

  it('that is busy says for how long, and then no more', async () => {
    plays(isBusyFor(0.001));
    const { status, retryAfter } = await ask();
    expect([status, retryAfter]).toEqual([429, '1']);
    await expect.poll(async () => (await ask()).message?.content).toBe(wholeAnswer);
  });

  it('that fails fails each time, with no advice on when to come back', async () => {
    plays(fails());
    const first = await ask();
    const second = await ask();
    expect([first, second].map(({ status, retryAfter }) => [status, retryAfter])).toEqual([
      [500, null],
      [500, null],
    ]);
  });

  it('that is cut is cut in the middle, and once', async () => {
    plays(isCutOnce());
    await expect(stream()).rejects.toThrow('terminated');
    await upstream.settled(token, 5_000);
    expect(upstream.calls(token)[0]?.receipt).toMatchObject({ ended: 'reset', eventsWritten: 9 });
    expect(await stream()).toMatch(/omega-ends(?:.|\n)*\[DONE\]\n\n$/);
  });

  it('that waits for the reader holds the answer behind its first word', async () => {
    plays(waitsForTheReader());
    expect(await stream()).toContain('omega-ends');
    await upstream.settled(token, 5_000);
    expect(upstream.calls(token)[0]?.receipt?.held).toBe('alpha-begins');
  });
});
