import { describe, expect, it } from 'vitest';

import type { CallerSight, SseEvent } from '#scenarios/kit/sight';

import type { TriageQuestion } from './question.ts';
import {
  ask,
  catalogue,
  directStream,
  exampleKeysListing,
  inventedKeyListing,
  keylessListing,
  keylessQuestion,
  listing,
  metricsAfter,
  metricsBefore,
  metricsBetween,
  stream,
  uncountedStream,
  unknownModel,
} from './questions.ts';
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
  const seen = seenOf({ answers, hasKey: true, hasDirect: false, listed, listIsWhole: true, wanted: [], claims: new Set(), ...facts });
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
    [
      'ended by the proxy, not by the upstream',
      { events: [...whole.slice(0, 3), counts, done] },
      [[17, 'certain', 'a stream ends without a finish reason']],
    ],
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

  it.each([
    [429, 'Rate limit reached, try again in 20 s', ['rate-limits', 'certain', 'the provider limits the rate (429)']],
    [429, 'All credentials for the model are cooling down', ['rate-limits', 'certain', 'all accounts of a model cool down after 429']],
    [429, 'You exceeded your current quota', [19, 'certain', 'the quota of the provider’s account is used up']],
    [503, 'upstream unavailable', [null, 'certain', 'a provider fails with a server error']],
    [504, 'too late', ['timeouts', 'likely', 'a provider does not answer in time']],
    [503, 'auth_unavailable: no auth available', [16, 'likely', 'no account of the model is usable']],
    [401, 'token expired', [16, 'likely', 'the provider refuses the proxy’s own credential (401)']],
  ] as const)('take %s %s for what it would be of a plain question, too', async (status, words, expected) => {
    const refused = answered(stream(model, 'openai-chat'), { status, ...told({ error: { message: words } }) });
    expect(await named([plain, refused])).toEqual([expected]);
  });

  it('expect no finish reason of a provider that gives none in a plain answer either', async () => {
    const reasonless = { choices: [{ index: 0, message: { role: 'assistant', content: 'ok' } }], usage };
    const odd = answered(stream(model, 'openai-chat'), streamed([...whole.slice(0, 3), counts, done]), 4);
    expect(await named([answered(ask(model, 'openai-chat'), told(reasonless)), odd])).toEqual([]);
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

  const between = (fromMs: number, toMs: number) =>
    whole.map((each, index) => ({ ...each, atMs: fromMs + ((toMs - fromMs) * index) / (whole.length - 1) }));
  const front = (fromMs: number, more: Partial<CallerSight> = {}) =>
    answered(stream(model, 'openai-chat'), { ...streamed(between(fromMs, fromMs)), ...more });
  const behind = (reads: number, events: readonly SseEvent[], durationMs = 900) =>
    answered(directStream(model, 'openai-chat'), { ...streamed(events), durationMs }, reads);
  const rows = async (...answers: readonly Answered[]) => (await named([plain, ...answers], { hasDirect: true })).map(([, , says]) => says);

  it('tell which hop it is by the proxy’s own address', async () => {
    expect(await named([plain, front(880), behind(5, between(100, 900))], { hasDirect: true })).toEqual([
      [17, 'certain', 'a hop in front of the proxy holds streams back'],
    ]);
    expect(await named([plain, front(880), behind(1, between(880, 880))], { hasDirect: true })).toEqual([
      [17, 'certain', 'the proxy itself holds streams back'],
    ]);
  });

  it('take pieces that left within a moment for no sign, in however many reads they came', async () => {
    expect(await rows(front(900), behind(3, between(890, 900)))).toEqual([]);
    expect(await rows(front(20, { durationMs: 20 }), behind(3, between(5, 20), 20))).toEqual([]);
    expect(await rows(front(20, { durationMs: 20 }), behind(1, between(20, 20), 20))).toEqual([]);
    expect(await rows(front(900), behind(1, between(20, 20), 20))).toEqual([]);
  });

  it('take an answer that came before the stream could be over for none that was held back', async () => {
    expect(await rows(front(150), behind(5, between(100, 900)))).toEqual([]);
  });

  it('tell a hop that counted the stream, however quick it was', async () => {
    const counted = front(20, { headers: { 'content-type': 'text/event-stream', 'content-length': '900' }, durationMs: 20 });
    expect(await rows(counted, behind(3, between(5, 20), 20))).toEqual(['a hop in front of the proxy seems to hold streams back']);
  });
});

describe('signs of keys', () => {
  const noSuchModel = { status: 404, ...told({ error: { message: 'no such model' } }) };
  const wantsKey = { status: 401, ...told({ error: { message: 'Missing API key' } }) };

  it('tell a refused key by the first question where the list is given to anybody', async () => {
    const lists = [listing, keylessListing].map((question) => answered(question, told({ data: [{ id: model }] })));
    const asked = (changes: Partial<CallerSight>) => named([...lists, answered(unknownModel('openai-chat'), changes)]);
    const refused = [1, 'likely', 'the client key is refused'];
    const isPublic = [1, 'possible', 'its list of models is given to anybody'];
    expect(await asked(wantsKey)).toEqual([refused, isPublic]);
    expect(await asked({ ...wantsKey, status: 403 })).toEqual([refused, isPublic]);
    // A firewall’s page, and a proxy that says of the model that the key may not have it.
    expect(await asked({ status: 403, bodyText: '<html>Forbidden' })).toEqual([isPublic]);
    expect(await asked({ status: 403, ...told({ error: { message: 'wireproof-no-such-model is not for this key' } }) })).toEqual([
      isPublic,
    ]);
  });

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
    const lists = [open(listing), open(keylessListing), answered(unknownModel('openai-chat'), noSuchModel)];
    const taken = answered(keylessQuestion('openai-chat'), noSuchModel);
    expect(await named([...lists, taken])).toEqual([[1, 'certain', 'it answers without a key']]);
    const refused = answered(keylessQuestion('openai-chat'), wantsKey);
    const isPublic = [[1, 'possible', 'its list of models is given to anybody']];
    expect(await named([...lists, refused])).toEqual(isPublic);
    expect(await named(lists)).toEqual(isPublic);
    expect(await named([open(listing)], { hasKey: false })).toEqual([[1, 'possible', 'it answers without a key']]);
  });
});

describe('signs of keys of the example file', () => {
  it('tell that one of them lets everybody in', async () => {
    const lists = answered(exampleKeysListing, told({ data: [{ id: model }] }));
    expect(await named([lists])).toEqual([[1, 'certain', 'a key of the example file opens it']]);
  });

  it('tell them from any key at all', async () => {
    const lists = told({ data: [{ id: model }] });
    const asked = (status: number) => [
      answered(exampleKeysListing, lists),
      answered(inventedKeyListing, { ...(status === 200 ? lists : told({})), status }),
    ];
    expect(await named(asked(200))).toEqual([[1, 'certain', 'any key opens it']]);
    expect(await named(asked(401))).toEqual([[1, 'certain', 'a key of the example file opens it']]);
  });

  it('are none where they are refused, or nothing is listed for them', async () => {
    expect(await named([answered(exampleKeysListing, { status: 401, ...told({ error: 'Invalid API key' }) })])).toEqual([]);
    expect(await named([answered(exampleKeysListing, told({}))])).toEqual([]);
  });
});

describe('signs of counts', () => {
  const row = (requests: number, tokens: number, estimated: number) =>
    told({ 'openai-chat': { request_count: requests, total_tokens: tokens, estimated_requests: estimated } });
  const texts = (requests: string, tokens: string) => told({ 'openai-chat': { request_count: requests, total_tokens: tokens } });
  const unasked = (events: readonly SseEvent[]) => answered(uncountedStream(model), streamed(events), 4);
  const withoutCounts = [...whole.slice(0, 4), done];
  const claims = new Set(['provider-metrics']);
  const counted = (between: Partial<CallerSight>, after: Partial<CallerSight>, events: readonly SseEvent[] = withoutCounts) => [
    answered(metricsBefore, row(0, 0, 0)),
    plain,
    answered(metricsBetween, between),
    unasked(events),
    answered(metricsAfter, after),
  ];
  const estimate = 'a stream is counted by an estimate where the client does not ask for the count';

  it.each([
    ['counts as the provider does', counted(row(2, 26, 0), row(3, 39, 0)), []],
    ['estimates the stream that did not ask', counted(row(2, 26, 0), row(3, 39, 1)), [[11, 'certain', estimate]]],
    ['estimates everything, because the provider counts nothing', counted(row(2, 26, 2), row(3, 39, 3)), []],
    ['does not count the stream', counted(row(2, 26, 0), row(2, 26, 0)), [[11, 'certain', 'what was answered is not counted']]],
    ['tells texts instead of numbers', counted(texts('2', '26'), texts('3', '39')), [[11, 'certain', 'what was answered is not counted']]],
    ['was cut off, and so was the count', counted(row(2, 26, 0), row(2, 26, 0), [...whole.slice(0, 3), done]), []],
    ['was cut off, and estimates', counted(row(2, 26, 0), row(3, 30, 1), [...whole.slice(0, 3), done]), []],
  ] as const)('tell of a proxy that %s', async (_name, answers, expected) => {
    expect(await named(answers, { claims })).toEqual(expected);
  });

  it('are unsure where nobody claims that it counts, and where there are no keys to count by', async () => {
    const still = counted(row(2, 26, 0), row(2, 26, 0));
    expect(await named(still)).toEqual([[11, 'possible', 'what was answered is not counted']]);
    const open = answered(keylessListing, told({ data: [{ id: model }] }));
    const question = (status: number) => answered(keylessQuestion('openai-chat'), { status, ...told({ error: { message: 'no' } }) });
    expect(await named([open, question(404), ...still], { claims })).toEqual([
      [1, 'certain', 'it answers without a key'],
      [11, 'possible', 'what was answered is not counted'],
    ]);
    // Only the list is open: then there are keys.
    expect(await named([open, question(401), ...still], { claims })).toEqual([
      [11, 'certain', 'what was answered is not counted'],
      [1, 'possible', 'its list of models is given to anybody'],
    ]);
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

  it('tell what only keys have from what everybody should have', async () => {
    const facts = { ...without(), wanted: [...wanted, { name: 'gpt-5.1-mini', place: 'codex:keys-only' }] };
    expect(await named([answered(listing)], facts)).toEqual([
      [13, 'certain', 'a model that only API keys have is not available in this environment'],
    ]);
  });

  it('tell what Codex is not shown, where it is to be shown anything', async () => {
    const shown = (...names: readonly string[]) => answered(catalogue, told({ models: names.map((slug) => ({ slug })) }));
    const all = wanted.map(({ name }) => name);
    const claims = new Set(['codex-client']);
    const rows = async (answers: readonly Answered[], facts: Partial<SeenParts>) => (await named(answers, facts)).map(([row]) => row);
    expect(await rows([shown(...all)], { ...without(), claims })).toEqual([]);
    expect(await rows([shown(...all.slice(0, 4))], { ...without(), claims })).toEqual([18]);
    expect(await rows([shown(...all.slice(0, 4))], without())).toEqual([]);
    expect(await rows([shown(...all.slice(0, 3))], without())).toEqual([18]);
    expect(await rows([answered(listing), shown(...all.slice(0, 4))], { ...without(...all.slice(4)), claims })).toEqual([7, 18]);
  });

  it('miss nothing of a list that was not read whole, however little was read', async () => {
    const gone = wanted.map(({ name }) => name);
    for (const facts of [without(), without(...gone.slice(0, 1)), without(...gone.slice(0, 4)), without(...gone)]) {
      expect(await named([answered(listing)], { ...facts, listIsWhole: false })).toEqual([]);
    }
  });

  it('miss nothing of an account that is not there at all', async () => {
    const facts = { ...without(), wanted: [...wanted, { name: 'team/gpt-5.4', place: 'codex:team' }] };
    expect(await named([answered(listing)], facts)).toEqual([]);
  });
});
