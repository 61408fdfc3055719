import { clientDialects, type ClientDialect } from '#scenarios/kit/cell';
import { converse, probe } from '#scenarios/kit/conversation';
import type { Probe } from '#scenarios/kit/probe';

import { dialectQuestion, metrics, models, nowhere, type Question } from '../discover/questions.ts';
import type { Topic, TriageQuestion } from './question.ts';

const keyless = { credential: {} } as const;

const get = (id: string, topic: Topic, path: string, wants: string, more: Partial<Probe> = {}): TriageQuestion => ({
  id,
  topic,
  wants,
  probe: probe({ dialect: 'openai-chat', method: 'GET', path, ...more }),
});

const of = (id: string, topic: Topic, wants: string, question: Question): TriageQuestion => ({ id, topic, wants, probe: question.probe });

export const health = get('health', 'health', '/health', 'whether it says that it lives', keyless);
/** Asked where /health is not there: builds differ, and none of them is down for that (sheet 1.2). */
export const healthElsewhere = [
  get('healthz', 'health', '/healthz', 'whether it says so at the other path', keyless),
  get('root', 'health', '/', 'whether the root says what it is', keyless),
];

export const listing = of('models', 'auth', 'whether the key is taken, and which models there are', models);
export const keylessListing = get('models-without-key', 'auth', '/v1/models', 'whether it asks for a key at all', keyless);

/** The keys of every example file (sheet 1.1), each in a place of its own: all are tried, so that one question asks for all of them. */
export const exampleKeysListing = get(
  'models-with-example-keys',
  'auth',
  '/v1/models',
  'whether a key of the example file, which everybody knows, is let in',
  {
    credential: {
      headers: { authorization: 'Bearer your-api-key-1', 'x-api-key': 'your-api-key-2', 'x-goog-api-key': 'your-api-key-3' },
    },
  },
);

/** A key that nobody has; asked where those of the example file are let in, to tell them from any key at all. */
export const inventedKeyListing = get('models-with-invented-key', 'auth', '/v1/models', 'whether any key at all is let in', {
  credential: { headers: { authorization: 'Bearer wireproof-key-of-nobody' } },
});

export const catalogue = get(
  'codex-catalogue',
  'inventory',
  '/v1/models?client_version=0.144.0',
  'what Codex gets as its catalogue of models',
);

/** A path of Amp's own server: nobody but that one has an answer to it (sheet row 14). */
export const vendorsPath = get('vendors-path', 'inventory', '/api/user', 'whether what it does not know is passed on to a vendor', keyless);

export const unrouted = of('nowhere', 'health', 'what it says where there is certainly nothing', nowhere);

/** One question per dialect for a model that nobody has: shows the endpoint, its error envelope and, by the status, the build. */
export const unknownModel = (dialect: ClientDialect): TriageQuestion =>
  of(dialect, 'inventory', `whether it speaks ${dialect}, and how it refuses a model that nobody has`, dialectQuestion(dialect));
export const unknownModels = clientDialects.map(unknownModel);

/** Where anybody may read the list, whether anybody may ask as well. Costs nothing: nobody has the model. */
export const keylessQuestion = (dialect: ClientDialect): TriageQuestion => ({
  id: 'question-without-key',
  topic: 'auth',
  wants: 'whether a question is taken without a key, too',
  probe: { ...dialectQuestion(dialect).probe, ...keyless },
});

export const metricsBefore = of('metrics', 'providers', 'what it counted of its providers so far', metrics);
export const metricsBetween: TriageQuestion = { ...metricsBefore, id: 'metrics-between', wants: 'what it counted of the plain questions' };
export const metricsAfter: TriageQuestion = { ...metricsBefore, id: 'metrics-after', wants: 'what it counted of the stream' };

/**
 * Says whether the management API is on, without a key and without touching the counter of wrong ones (sheet X2 (f)). No other management
 * question is ever asked.
 */
export const management = get(
  'management',
  'management',
  '/v0/management/oauth-callback',
  'whether the management API is on; no attempt is counted here',
  keyless,
);

const noRoomForMore = 16;
/** Some vendors refuse less than 16 tokens; nobody needs more to show that it works. */
const shortly = 'Say ok.';
const atSomeLength = 'Count from 1 to 20.';
const someRoom = 32;

const cellOf = (client: ClientDialect, stream: boolean) => ({ client, upstream: 'openai-chat', stream }) as const;

/**
 * A name as Google's dialect has it in the path, where one with a question mark, a hash or two dots would lead elsewhere. Slashes stay:
 * names with the prefix of an account have them.
 */
const inPath = (model: string): string => {
  const leadsElsewhere = model.split('/').some((part) => part === '.' || part === '..');
  const encoded = encodeURI(model.replaceAll(/\p{Cs}/gu, '\ufffd')).replaceAll(/[?#]/g, encodeURIComponent);
  return leadsElsewhere ? encoded.replaceAll('/', '%2F') : encoded;
};

const named = (dialect: ClientDialect, model: string): string => (dialect === 'gemini-generate' ? inPath(model) : model);

/** One short question to a model. */
export const ask = (model: string, dialect: ClientDialect): TriageQuestion => ({
  id: `ask ${model}`,
  topic: 'providers',
  wants: `whether the provider behind ${model} answers`,
  model,
  probe: converse(cellOf(dialect, false), { model: named(dialect, model), text: shortly, maxOutputTokens: noRoomForMore }),
});

/** The agents' question that row 3 is about: a tool gave back a result without content. */
export const askSparsely = (model: string): TriageQuestion => ({
  id: 'sparse-result',
  topic: 'providers',
  wants: `whether ${model} is asked well where a tool result has no content`,
  probe: converse(cellOf('anthropic-messages', false), {
    model,
    text: 'Weather?',
    maxOutputTokens: noRoomForMore,
    toolResults: [{ callId: 'toolu_1', output: undefined }],
  }),
});

/** As most clients stream: nobody asks for the counts of the stream, which the proxy needs all the same (sheet row 11). */
export const uncountedStream = (model: string): TriageQuestion => {
  const { probe: plain } = ask(model, 'openai-chat');
  const json = plain.body !== undefined && 'json' in plain.body ? plain.body.json : {};
  return {
    id: 'uncounted-stream',
    topic: 'streaming',
    wants: 'whether a stream is counted that nobody asks to be told the count of',
    probe: { ...plain, stream: true, body: { json: { ...(json as object), stream: true } } },
  };
};

/** The same model with a stream, a little longer so that pieces can be told apart. */
export const stream = (model: string, dialect: ClientDialect): TriageQuestion => ({
  id: 'stream',
  topic: 'streaming',
  wants: 'whether a stream comes in pieces, to its end, with its usage',
  model,
  probe: converse(cellOf(dialect, true), { model: named(dialect, model), text: atSomeLength, maxOutputTokens: someRoom }),
});

/** A model whose provider is known to treat the two modes differently (sheet R9). */
export const alsoStreamed = (model: string, dialect: ClientDialect): TriageQuestion => ({
  id: `stream ${model}`,
  topic: 'streaming',
  wants: `whether ${model} is answered as a stream, too`,
  model,
  probe: converse(cellOf(dialect, true), { model: named(dialect, model), text: shortly, maxOutputTokens: noRoomForMore }),
});

export const directStream = (model: string, dialect: ClientDialect): TriageQuestion => ({
  ...stream(model, dialect),
  id: 'stream-direct',
  wants: 'whether the same stream comes in pieces without what stands in front',
  at: 'direct',
});

/** A level that no model has: a proxy that reads the field refuses it, which costs nothing; one that drops it answers (sheet row 12). */
export const inventedEffort = (model: string): TriageQuestion => {
  const plain = ask(model, 'openai-chat');
  const json = plain.probe.body !== undefined && 'json' in plain.probe.body ? plain.probe.body.json : {};
  return {
    id: 'invented-effort',
    topic: 'providers',
    wants: `whether a thinking effort that does not exist is refused for ${model}`,
    probe: { ...plain.probe, body: { json: { ...(json as object), reasoning_effort: 'zzz' } } },
  };
};

/** Counting goes through the same translation as the question itself, and generates nothing (sheets 1.12, R3). */
const counting = (id: string, model: string, output: unknown, wants: string): TriageQuestion => {
  const whole = converse(cellOf('anthropic-messages', false), {
    model,
    text: 'Weather?',
    maxOutputTokens: noRoomForMore,
    toolResults: [{ callId: 'toolu_1', output }],
  });
  const json = whole.body !== undefined && 'json' in whole.body ? (whole.body.json as Readonly<Record<string, unknown>>) : {};
  const { max_tokens: _room, ...rest } = json;
  return {
    id,
    topic: 'inventory',
    wants,
    probe: { ...whole, path: '/v1/messages/count_tokens', body: { json: rest }, maxOutputTokens: 0 },
  };
};

export const wholeResult = (model: string): TriageQuestion =>
  counting('count-whole-result', model, [], `whether a tool result is translated for ${model}`);
export const sparseResult = (model: string): TriageQuestion =>
  counting('count-sparse-result', model, undefined, `whether a tool result without content is translated for ${model}`);

/** Compaction never streams; asked for a stream of it, a proxy refuses at once (sheet row 20). Nothing to compact, so nothing to pay. */
export const streamedCompaction = (model: string): TriageQuestion => ({
  id: 'compact-stream',
  topic: 'streaming',
  wants: 'whether a compaction that should stream is refused at once',
  probe: probe({
    dialect: 'openai-responses',
    path: '/v1/responses/compact',
    body: { json: { model, input: [], stream: true } },
  }),
});
