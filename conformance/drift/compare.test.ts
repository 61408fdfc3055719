import { describe, expect, it } from 'vitest';

import { loadSealed } from '#fixtures/catalogue';
import type { ServerSentEvent } from '#fixtures/sse';

import { compareSamples, learnBaseline } from './compare.ts';
import { type Sample, sampleOfExchange } from './sample.ts';

it('what repeated samples differ in is not taken for a rule', async () => {
  const [sample] = loadSealed()
    .map(sampleOfExchange)
    .filter(({ id }) => id === 'openai-chat/text');
  if (sample?.body.form !== 'json') throw new Error('no sample');
  const { service_tier: _tier, ...rest } = sample.body.value as Record<string, unknown>;
  const without = { ...sample, id: 'openai-chat/text.again-1', body: { form: 'json', value: rest } } as const;
  const [once, twice] = [await learnBaseline([sample]), await learnBaseline([sample, without])];
  const told = (await compareSamples(once, [without])).map(({ kind, path }) => `${kind} ${path}`);
  expect([told, await compareSamples(twice, [without])]).toEqual([['field-removed body.service_tier'], []]);
});

it('what is new beside it makes no other change worse', async () => {
  const [sample] = loadSealed()
    .map(sampleOfExchange)
    .filter(({ id }) => id === 'openai-chat/text');
  if (sample?.body.form !== 'json') throw new Error('no sample');
  const { system_fingerprint: _print, ...rest } = sample.body.value as Record<string, unknown>;
  const changed = { ...sample, body: { form: 'json', value: { ...rest, moderation: {} } } } as const;
  const told = (await compareSamples(await learnBaseline([sample]), [changed])).map(({ kind, severity }) => [kind, severity]);
  expect(told).toEqual([
    ['field-added', 'additive'],
    ['field-removed', 'cosmetic'],
  ]);
});

it('an error in place of an answer says that there was no code before', async () => {
  const [sample] = loadSealed()
    .map(sampleOfExchange)
    .filter(({ id }) => id === 'openai-chat/text');
  if (sample === undefined) throw new Error('no sample');
  const refused: Sample = { ...sample, status: 400, body: { form: 'json', value: { error: { message: 'no', code: 'nope' } } } };
  const told = await compareSamples(await learnBaseline([sample]), [refused]);
  expect(told.map(({ kind, what }) => `${kind}: ${what}`)).toContain('error-changed: code="nope" where no code was');
});

it('a rule that the baseline breaks is not held against a new answer', async () => {
  const deviating = loadSealed().filter(({ id }) => id === 'openai-chat/counted-cumulative.stream');
  const samples = deviating.map(sampleOfExchange);
  expect([samples.length, await compareSamples(await learnBaseline(samples), samples)]).toEqual([1, []]);
});

const streamWith = async (id: string, change: (events: readonly ServerSentEvent[]) => readonly ServerSentEvent[]) => {
  const [sample] = loadSealed()
    .map(sampleOfExchange)
    .filter((one) => one.id === id);
  if (sample?.body.form !== 'events') throw new Error('no stream');
  const changed = { ...sample, body: { ...sample.body, events: change(sample.body.events) } };
  return compareSamples(await learnBaseline([sample]), [changed]);
};

describe('an event that nobody knows', () => {
  const mood = (events: readonly ServerSentEvent[]): readonly ServerSentEvent[] =>
    events
      .toSpliced(3, 0, { event: 'response.mood', data: '{"type":"response.mood","sequence_number":0}' })
      .map((event, at) => ({ ...event, data: event.data.replace(/"sequence_number":\d+/, `"sequence_number":${at}`) }));

  it.each([
    ['where the vendor says that there may be more', 'openai-responses/text.stream', [['event-added', 'additive', undefined]]],
    ['where nobody says anything', 'codex/text.stream', [['event-added', 'breaking', 'schema']]],
  ])('%s', async (_, id, expected) => {
    expect((await streamWith(id, mood)).map(({ kind, severity, rule }) => [kind, severity, rule])).toEqual(expected);
  });
});

describe('a stream that leaves its grammar', () => {
  const unnumbered = (events: readonly ServerSentEvent[]): readonly ServerSentEvent[] =>
    events.map((event) => ({ ...event, data: event.data.replace(/,?"sequence_number":\d+/, '') }));
  const leaves = async (...stream: Parameters<typeof streamWith>) =>
    (await streamWith(...stream)).flatMap(({ path, grammar }) => (grammar === undefined ? [] : [[path, grammar]]));

  it('is named with the former version that it is of', async () => {
    expect(await leaves('openai-responses/text.stream', unnumbered)).toEqual([
      ['sequence-counts-up', { dialect: 'openai-responses', version: '2026-02', fits: '2025-03' }],
    ]);
  });

  it('is a stream however its media type is spelt', async () => {
    const spelt = (sample: Sample): Sample => ({ ...sample, headers: { ...sample.headers, 'content-type': 'Text/Event-Stream' } });
    const [sample] = loadSealed()
      .filter(({ id }) => id === 'openai-responses/text.stream')
      .map((one) => spelt(sampleOfExchange(one)));
    if (sample?.body.form !== 'events') throw new Error('no stream');
    const changed = { ...sample, body: { ...sample.body, events: unnumbered(sample.body.events) } };
    const told = await compareSamples(await learnBaseline([sample]), [changed]);
    expect(told.map(({ path }) => path)).toContain('sequence-counts-up');
  });

  it('is named without one where it is of none', async () => {
    expect(await leaves('openai-responses/text.stream', (events) => unnumbered(events).toReversed())).toContainEqual([
      'created-first',
      { dialect: 'openai-responses', version: '2026-02' },
    ]);
  });
});

it('shows what stood there, and not that most events had null', async () => {
  const changes = await streamWith('openai-chat/text.stream', (events) =>
    events.map((event) => ({ ...event, data: event.data.replace(/,"usage":(?:null|\{.*\})\}$/, '}') })),
  );
  const gone = changes.find(({ path }) => path === 'events[chunk].usage');
  expect([gone?.kind, Object.keys(gone?.before ?? {}).slice(0, 2)]).toEqual(['field-removed', ['prompt_tokens', 'completion_tokens']]);
});

it.each([
  ['openai-chat/text.stream', '"model"'],
  ['openai-responses/text.stream', '"model"'],
  ['anthropic-messages/text.stream', '"model"'],
  ['gemini-generate/text.stream', '"modelVersion"'],
  ['antigravity/text.stream', '"modelVersion"'],
])('a model that answers %s in place of another is told', async (id, name) => {
  const changes = await streamWith(id, (events) =>
    events.map((event) => ({ ...event, data: event.data.replace(new RegExp(`(${name}: ?)"[^"]*"`), '$1"another"') })),
  );
  const told = changes.filter(({ path }) => path === 'model').map(({ kind, severity, after }) => [kind, severity, after]);
  expect(told).toEqual([['model-moved', 'additive', 'another']]);
});
