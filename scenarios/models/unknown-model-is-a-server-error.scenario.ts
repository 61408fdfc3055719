import { exchange } from '#fixtures/catalogue';
import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  errorIn,
  holds,
  inShort,
  must,
  should,
  type CallerSight,
  type Cell,
  type ClientDialect,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, nobodysModel } from './names.ts';

const inTheBody = ({ client }: Cell): boolean => client !== 'gemini-generate';
const streams = ({ stream }: Cell): boolean => stream;
const ownEnvelopeInOldBuilds = ({ client }: Cell): boolean => client === 'openai-chat' || client === 'openai-responses';

const modelOf = ({ body }: UpstreamRequest): string => String((body as { model?: unknown } | undefined)?.model);

/** A gateway without a list of its own may ask the vendor, who does not know the model either and says its name. */
const vendorRefuses = (request: UpstreamRequest) => {
  const known = exchange('openai-chat/model-not-found');
  const chunks = known.response.chunks.map((chunk) =>
    'utf8' in chunk ? { ...chunk, utf8: chunk.utf8.replaceAll('no-such-model', modelOf(request)) } : chunk,
  );
  return { exchange: known.id, made: { ...known, response: { ...known.response, chunks } } };
};

const refusals = [400, 404, 422];
const isClientError = (sight: CallerSight): Reading =>
  refusals.includes(sight.status) && sight.end === 'complete'
    ? holds()
    : deviates({ expected: `status ${refusals.join(', ')}: nobody should try again`, actual: inShort(sight) });

type CallersError = NonNullable<ReturnType<typeof errorIn>>;
const errorTells = (sight: CallerSight, check: (error: CallersError) => Reading): Reading => {
  const error = sight.status >= 400 ? errorIn(sight) : undefined;
  return error === undefined ? deviates({ expected: `an error of ${sight.probe.dialect}`, actual: inShort(sight) }) : check(error);
};

/** The words may stand in anybody's envelope: that is another expectation's. */
const failsWith = (sight: CallerSight, words: string): Reading =>
  sight.status >= 400 && sight.end === 'complete' && sight.bodyText.includes(words)
    ? holds()
    : deviates({ expected: `an error that mentions ${words}`, actual: inShort(sight) });

const refusesTheModel = (sight: CallerSight): Reading => allOf(isClientError(sight), failsWith(sight, 'model'));

/** What a client library looks at to tell this error from others, by dialect. */
const marks: Readonly<Record<ClientDialect, readonly (string | number)[]>> = {
  'openai-chat': ['model_not_found'],
  'openai-responses': ['model_not_found'],
  'anthropic-messages': ['not_found_error', 'invalid_request_error'],
  'gemini-generate': ['NOT_FOUND', 'INVALID_ARGUMENT'],
};

const withoutModel = (probe: Probe): Probe => {
  const json = probe.body !== undefined && 'json' in probe.body ? (probe.body.json as Record<string, unknown>) : {};
  const { model: _none, ...rest } = json;
  return { ...probe, body: { json: rest } };
};

export default defineScenario({
  id: 'models/unknown-model-is-a-server-error',
  title: 'A model that nobody serves is answered with 502',
  matrixRow: 5,
  requires: [],
  diagnosis: {
    symptom: 'Requests fail with 502 or 500 and "unknown provider for model …", and every client tries again twice before it gives up.',
    cause:
      'The proxy has no credential that offers the requested name: a spelling, a missing alias, a prefix or an exclusion. Builds up to v7.2.120 report that as a server error.',
    check:
      'Compare the name letter by letter with GET /v1/models of the same endpoint; ask once for an invented name and look at the status.',
    remediation:
      'Ask for a listed name, or give the model the alias that clients use. Run a build that refuses unknown names with 400 or 404, so that clients stop at once.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['openai-chat'],
    streams: [false, true],
  }),
  upstream: () => answer('text').when((request) => /wireproof-unknown|undefined|^$/.test(modelOf(request)), vendorRefuses),
  steps: ({ cell }) => {
    const ask = (name: string) => converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 });
    return { unknown: ask(nobodysModel), nameless: withoutModel(ask('')), empty: ask('') };
  },
  expectations: [
    must('an-unknown-model-is-the-callers-mistake', ['unknown'], ({ unknown }) => refusesTheModel(unknown)),
    must('an-unknown-model-is-refused-in-the-callers-dialect', ['unknown'], ({ unknown }) => errorTells(unknown, () => holds())),
    must('the-refusal-names-the-model', ['unknown'], ({ unknown }) => failsWith(unknown, askedName(unknown))),
    should('the-refusal-is-marked-as-one-of-models', ['unknown'], ({ unknown }, { client }) =>
      errorTells(unknown, ({ type, code }) =>
        marks[client].some((mark) => mark === type || mark === code)
          ? holds()
          : deviates({ expected: marks[client].join(' or '), actual: { type, code } }),
      ),
    ),
    must(
      'a-refusal-is-no-stream',
      ['unknown'],
      ({ unknown }) =>
        (unknown.headers['content-type'] ?? '').includes('application/json')
          ? failsWith(unknown, askedName(unknown))
          : deviates({ expected: 'application/json', actual: inShort(unknown) }),
      { appliesTo: streams },
    ),
    must('a-request-without-a-model-is-the-callers-mistake', ['nameless'], ({ nameless }) => refusesTheModel(nameless), {
      appliesTo: inTheBody,
      canary: false,
    }),
    must('an-empty-model-is-the-callers-mistake', ['empty'], ({ empty }) => refusesTheModel(empty), {
      appliesTo: inTheBody,
      canary: false,
    }),
  ],
  // The persona is the build: there is no unit to switch, every proxy refuses somehow.
  remedy: { config: { persona: 'documented' } },
  symptom: {
    violates: (cell) => [
      'an-unknown-model-is-the-callers-mistake',
      'the-refusal-is-marked-as-one-of-models',
      ...(ownEnvelopeInOldBuilds(cell) ? [] : ['an-unknown-model-is-refused-in-the-callers-dialect']),
    ],
    config: { persona: 'cliproxyapi-2026-02' },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 30_000 },
});
