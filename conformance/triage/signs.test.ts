import { describe, expect, it } from 'vitest';

import type { CallerSight, SseEvent } from '#scenarios/kit/sight';

import type { TriageQuestion } from './question.ts';
import { ask, directStream, keylessListing, listing, stream } from './questions.ts';
import { seenOf, type SeenParts } from './seen.ts';
import type { Answered } from './session.ts';
import { loadSigns, readSigns } from './sign.ts';

const model = 'gpt-4.1-mini';

const answered = (question: TriageQuestion, changes: Partial<CallerSight> = {}, reads = 1): Answered => ({
  question,
  reads,
  sight: {
    probe: question.probe,
    token: '',
    status: 200,
    headers: { 'content-type': 'application/json' },
    bodyText: '',
    json: undefined,
    events: [],
    end: 'complete',
    sentBytes: 0,
    durationMs: 900,
    ...changes,
  },
});

const told = (json: unknown): Partial<CallerSight> => ({ json, bodyText: JSON.stringify(json) });

const usage = { prompt_tokens: 9, completion_tokens: 4 };
const message = { choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }] };

const event = (json: unknown): SseEvent => ({ data: JSON.stringify(json), json, atMs: 1 });
const piece = (content: string) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const end = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const counts = event({ choices: [], usage });
const done: SseEvent = { data: '[DONE]', json: undefined, atMs: 1 };

const whole = [piece('1'), piece(' 2'), piece(' 3'), end, counts, done];
const streamed = (events: readonly SseEvent[], headers: Readonly<Record<string, string>> = {}): Partial<CallerSight> => ({
  events,
  headers: { 'content-type': 'text/event-stream', ...headers },
});

const plain = answered(ask(model, 'openai-chat'), told({ ...message, usage }));
const listed = [{ name: model, owner: 'openai-chat' }];

const named = async (answers: readonly Answered[], facts: Partial<SeenParts> = {}) => {
  const seen = seenOf({ answers, hasKey: true, hasDirect: false, listed, wanted: [], claims: new Set(), ...facts });
  return readSigns(await loadSigns(), seen).map(({ row, weight, title }) => [row, weight, title]);
};

const inFront = 'nginx in front of the proxy seems to hold streams back';

describe('signs of streams', () => {
  it('are none where it comes in pieces to its end', async () => {
    expect(await named([plain, answered(stream(model, 'openai-chat'), streamed(whole), 4)])).toEqual([]);
  });

  it.each([
    ['cut', { end: 'cut' }, [[17, 'certain', 'a stream is cut off']]],
    ['silent', { end: 'timeout' }, [[17, 'certain', 'a stream hangs']]],
    ['without its last event', { events: whole.slice(0, 3) }, [[17, 'certain', 'a stream ends without its last event']]],
    ['refused', { status: 406, events: [] }, [[4, 'likely', `${model} is answered plainly and refused as a stream`]]],
    [
      'without counts',
      { events: [...whole.slice(0, 4), done] },
      [[11, 'certain', 'tokens are told in a plain answer and not in a stream']],
    ],
  ] as const)('tell one that is %s', async (_name, changes, expected) => {
    const odd = answered(stream(model, 'openai-chat'), { ...streamed(whole), ...changes }, 4);
    expect(await named([plain, odd])).toEqual(expected);
  });

  it('tell no stream from a provider that answers nothing at all', async () => {
    const dead = answered(ask(model, 'openai-chat'), { status: 500, ...told({ error: { message: 'down' } }) });
    expect(await named([dead])).toEqual([[null, 'certain', 'a provider fails with a server error']]);
  });

  it('tell a hop that shows itself, only where the answer took its time', async () => {
    const through = (durationMs: number) =>
      answered(stream(model, 'openai-chat'), { ...streamed(whole, { server: 'nginx/1.22.1' }), durationMs });
    expect(await named([plain, through(900)])).toEqual([[17, 'likely', `nginx/1.22.1${inFront.slice(5)}`]]);
    expect(await named([plain, through(20)])).toEqual([]);
  });

  it('tell a stream whose length was known before it began', async () => {
    const counted = answered(stream(model, 'openai-chat'), { ...streamed(whole, { 'content-length': '900' }), durationMs: 5 });
    expect(await named([plain, counted])).toEqual([[17, 'likely', 'a hop in front of the proxy seems to hold streams back']]);
  });

  it('tell which hop it is by the proxy’s own address', async () => {
    const front = answered(stream(model, 'openai-chat'), streamed(whole));
    const behind = (reads: number) => answered(directStream(model, 'openai-chat'), streamed(whole), reads);
    expect(await named([plain, front, behind(5)], { hasDirect: true })).toEqual([
      [17, 'certain', 'a hop in front of the proxy holds streams back'],
    ]);
    expect(await named([plain, front, behind(1)], { hasDirect: true })).toEqual([[17, 'certain', 'the proxy itself holds streams back']]);
  });
});

describe('signs of keys', () => {
  it('tell the page of a gateway from the proxy’s own refusal', async () => {
    const html = answered(listing, { status: 401, headers: { 'content-type': 'text/html' }, bodyText: '<html>Sign in' });
    expect(await named([html], { listed: undefined })).toEqual([[1, 'likely', 'something in front of the proxy turns the caller away']]);
  });

  it('tell safe mode from a wrong key', async () => {
    const safe = answered(listing, { status: 403, ...told({ error: 'unsafe_example_api_key' }) });
    expect(await named([safe], { listed: undefined })).toEqual([
      [1, 'certain', 'the proxy is in safe mode: a key of its template is still listed'],
    ]);
  });

  it('call an open proxy trouble only where a key was given', async () => {
    const open = (question: TriageQuestion) => answered(question, told({ data: [{ id: model }] }));
    expect(await named([open(listing), open(keylessListing)])).toEqual([[1, 'certain', 'it answers without a key']]);
    expect(await named([open(listing)], { hasKey: false })).toEqual([[1, 'possible', 'it answers without a key']]);
  });
});

describe('signs of the list', () => {
  const wanted = [
    { name: 'gpt-5.3-codex', place: 'codex' },
    { name: 'house-codex', place: 'codex:alias' },
    { name: model, place: 'openai-chat' },
    { name: 'claude-opus-4-6-thinking', place: 'antigravity' },
    { name: 'gemini-claude-opus-4-6-thinking', place: 'antigravity:alias' },
  ];
  const without = (...gone: readonly string[]): Partial<SeenParts> => ({
    wanted,
    listed: wanted.filter(({ name }) => !gone.includes(name)).map(({ name }) => ({ name, owner: '' })),
  });

  it.each([
    ['the bridge', ['gemini-claude-opus-4-6-thinking'], [7]],
    ['the bridge and what it leads to', ['gemini-claude-opus-4-6-thinking', 'claude-opus-4-6-thinking'], [7]],
    ['the name that environments are compared by', ['gpt-5.3-codex', 'house-codex'], [13]],
    ['the original of an alias', ['gpt-5.3-codex'], [5]],
    ['an alias', ['house-codex'], [5]],
    ['most of it', wanted.slice(0, 4).map(({ name }) => name), [5]],
    ['nothing', [], []],
  ] as const)('tell what is missing: %s', async (_name, gone, rows) => {
    expect((await named([answered(listing)], without(...gone))).map(([row]) => row)).toEqual([...rows]);
  });

  it('miss nothing of an account that is not there at all', async () => {
    const facts = { ...without(), wanted: [...wanted, { name: 'team/gpt-5.4', place: 'codex:team' }] };
    expect(await named([answered(listing)], facts)).toEqual([]);
  });
});
