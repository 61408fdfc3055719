import { exchange } from '#fixtures/catalogue';
import type { Exchange } from '#fixtures/exchange';
import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  inShort,
  mentions,
  must,
  probe,
  reachedUpstream,
  refused,
  replay,
  says,
  TOKEN,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

/** Only a vendor with a script lacks the route when it is told to. */
const byScript = { canary: false } as const;
/** Compactions are the dearest questions of all: a canary asks those in which the symptom shows, and the plainest beside them. */
const dear = { canary: false } as const;

const notFound = '[compaction is not routed]';
const onlyOutput = '[nothing but the output]';
const has = (field: string) => (request: UpstreamRequest) => field in Object(request.body);
/** What compaction knows besides model, input and instructions. */
const ownFields = { previous_response_id: 'resp_wireproof_0001', prompt_cache_key: 'wireproof' };
/** What a compaction gave, as the caller hands it in again. */
const compacted = { type: 'compaction', id: 'cmp_wireproof_0001', encrypted_content: 'gAAAAABwireproof-of-an-earlier-compaction' };
const strippable = ['stream', 'store', 'truncation', 'context_management'];

/** All that Codex reads of a compaction; its backend may leave out the rest. */
const bareCompaction = (surface: string): Exchange => {
  const whole = exchange(`${surface}/compaction`);
  const output = [{ type: 'compaction', id: 'cmp_wireproof', encrypted_content: 'gAAAAAwireproof' }];
  return { ...whole, response: { ...whole.response, chunks: [{ afterMs: 0, utf8: JSON.stringify({ output }) }] } };
};

/** The vendor's compaction never streams: with `stream: true` it stays silent; other fields it does not know, it refuses. */
const compactRules = replay(({ surface }) => ({ exchange: `${surface}/compaction` }))
  .when(({ operation }) => operation !== 'compact', answer('text'))
  .when(
    ({ body }) => (body as { stream?: unknown } | undefined)?.stream === true,
    ({ surface }) => ({ exchange: `${surface}/compaction`, fault: { afterEvents: 0, ending: 'stall' } }),
  )
  .when(
    ({ bodyBytes }) => bodyBytes.includes(notFound),
    ({ surface }) => ({ exchange: `${surface}/compact-not-found` }),
  )
  .when(
    ({ bodyBytes }) => bodyBytes.includes(onlyOutput),
    ({ surface }) => ({ exchange: `${surface}/compaction`, made: bareCompaction(surface) }),
  )
  .when(
    (request) => strippable.some((field) => has(field)(request)),
    ({ surface }) => ({ exchange: `${surface}/compact-unknown-parameter` }),
  );

const isCompaction = (sight: CallerSight): Reading => {
  const body = sight.json as { object?: unknown; output?: readonly { type?: unknown }[] } | undefined;
  if (sight.status !== 200 || sight.end !== 'complete') return deviates({ expected: 'status 200', actual: inShort(sight) });
  return body?.object === 'response.compaction' && body.output?.at(-1)?.type === 'compaction'
    ? holds()
    : deviates({ expected: 'object "response.compaction" whose last output item is a compaction', actual: inShort(sight) });
};

/** The status that says best what is wrong comes first; the others say it too. */
const refusedAsOneOf = (sight: CallerSight, statuses: readonly [number, ...number[]]): Reading =>
  refused(sight, statuses.find((status) => status === sight.status) ?? statuses[0]);

/** The bytes that the mocked upstream sends for a compaction. */
const upstreamBytes = (surface: string): string =>
  exchange(`${surface}/compaction`)
    .response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : Buffer.from(chunk.base64, 'base64').toString('utf8')))
    .join('');

export default defineScenario({
  id: 'compaction/compact-does-not-stream',
  title: 'POST /v1/responses/compact fails or hangs',
  matrixRow: 20,
  requires: ['compact'],
  remembers: true,
  diagnosis: {
    symptom: 'POST /v1/responses/compact never ends, or fails with 400 about a parameter that the caller did not mean for it.',
    cause:
      'Compaction answers with one JSON object and cannot stream. The proxy forwards stream: true, or fields of an ordinary Responses request that compaction does not know.',
    check: 'Repeat the request with stream: false and look at "object" in the JSON: response.compaction.',
    remediation:
      'Call compact without streaming. Where a stream is wanted, stay with /v1/responses or /v1/chat/completions. A proxy must refuse stream: true at once.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['codex', 'openai-responses'], streams: [false] }),
  upstream: () => compactRules,
  steps: ({ cell, model }) => {
    const compact = (extra: object, about: { text?: string; name?: string; headers?: Record<string, string>; after?: string[] } = {}) =>
      probe({
        dialect: 'openai-responses',
        path: '/v1/responses/compact',
        headers: about.headers ?? {},
        after: about.after ?? [],
        body: {
          json: {
            model: about.name ?? model(),
            input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: `${about.text ?? 'Hello.'} ${TOKEN}` }] }],
            instructions: 'Keep it short.',
            ...extra,
          },
        },
        maxOutputTokens: 200,
      });
    return {
      plain: compact({}),
      notStreamed: compact({ stream: false }),
      streamed: { ...compact({ stream: true }), timeoutMs: 2_000 },
      withExtras: compact({ store: false, truncation: 'auto', context_management: [{ type: 'compaction', compact_threshold: 1000 }] }),
      streamAsText: compact({ stream: 'true' }),
      textInput: compact({ input: `Hello. ${TOKEN}` }),
      continued: compact(ownFields),
      triggered: probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        stream: true,
        body: {
          json: {
            model: model(),
            input: [
              { type: 'message', role: 'user', content: [{ type: 'input_text', text: `Hello. ${TOKEN}` }] },
              { type: 'compaction_trigger' },
            ],
            stream: true,
          },
        },
        maxOutputTokens: 200,
      }),
      bare: compact({}, { text: onlyOutput }),
      unknown: compact({}, { name: `wireproof-unknown-${TOKEN}` }),
      nextTurn: probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: {
          json: {
            model: model(),
            input: [compacted, { type: 'message', role: 'user', content: [{ type: 'input_text', text: `Say ok. ${TOKEN}` }] }],
          },
        },
        maxOutputTokens: 16,
      }),
      acceptsEvents: compact({}, { headers: { accept: 'text/event-stream' } }),
      elsewhere: compact({}, { name: model('anthropic-messages') }),
      wrongMethod: probe({ dialect: 'openai-responses', method: 'GET', path: '/v1/responses/compact' }),
      missing: compact(
        {},
        {
          text: notFound,
          after: [
            'plain',
            'notStreamed',
            'streamed',
            'withExtras',
            'acceptsEvents',
            'streamAsText',
            'textInput',
            'continued',
            'triggered',
            'bare',
            'nextTurn',
          ],
        },
      ),
      afterMissing: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, { after: ['missing'] }),
    };
  },
  expectations: [
    must('compact-answers-with-a-compaction', ['plain'], ({ plain }) => isCompaction(plain)),
    must.behind('the-compaction-passes-byte-for-byte', ['plain'], ({ plain }, { upstream }) =>
      plain.bodyText === upstreamBytes(upstream) ? holds() : deviates({ expected: upstreamBytes(upstream), actual: inShort(plain) }),
    ),
    must('stream-false-is-no-stream', ['notStreamed'], ({ notStreamed }) => isCompaction(notStreamed), dear),
    must('an-event-stream-in-accept-is-no-stream', ['acceptsEvents'], ({ acceptsEvents }) => isCompaction(acceptsEvents), dear),
    must('streaming-is-refused-at-once', ['streamed'], ({ streamed }) =>
      refused(streamed, 400, (error) => mentions(error, /stream/i, /compact/i)),
    ),
    must.behind('a-refused-stream-costs-no-upstream-request', ['streamed'], ({ streamed }) =>
      allOf(refused(streamed, 400), reachedUpstream(streamed, 0)),
    ),
    must('fields-of-other-requests-do-no-harm', ['withExtras'], ({ withExtras }) => isCompaction(withExtras), dear),
    must.behind('fields-of-other-requests-are-left-out', ['withExtras', 'notStreamed'], ({ withExtras, notStreamed }) =>
      allOf(
        ...[withExtras, notStreamed].map((sight) =>
          everyUpstreamCall(sight, (call) => {
            const kept = strippable.filter((field) => has(field)(call));
            return kept.length === 0 ? holds() : deviates({ expected: `none of ${strippable.join(', ')}`, actual: kept });
          }),
        ),
      ),
    ),
    must.behind('the-conversation-itself-arrives', ['withExtras'], ({ withExtras }) =>
      everyUpstreamCall(withExtras, ({ body }) => {
        const { instructions, input } = body as { instructions?: unknown; input?: unknown };
        return instructions === 'Keep it short.' && JSON.stringify(input).includes(withExtras.token)
          ? holds()
          : deviates({ expected: 'instructions and input as the caller sent them', actual: { instructions, input } });
      }),
    ),
    must('a-stream-that-is-not-true-is-no-stream', ['streamAsText'], ({ streamAsText }) => isCompaction(streamAsText), dear),
    must('a-text-as-input-is-compacted', ['textInput'], ({ textInput }) => isCompaction(textInput), dear),
    must.behind('fields-of-compaction-arrive', ['continued'], ({ continued }) =>
      allOf(
        isCompaction(continued),
        everyUpstreamCall(continued, ({ body }) => {
          const missing = Object.entries(ownFields).filter(([name, value]) => (body as Record<string, unknown>)[name] !== value);
          return missing.length === 0 ? holds() : deviates({ expected: ownFields, actual: body });
        }),
      ),
    ),
    must.behind('a-compaction-trigger-survives', ['triggered'], ({ triggered }) =>
      allOf(
        says(triggered, 'Wireproof says ok.'),
        everyUpstreamCall(triggered, ({ body }) => {
          const input = (body as { input?: unknown }).input;
          const last = Array.isArray(input) ? (input.at(-1) as { type?: unknown }) : undefined;
          return last?.type === 'compaction_trigger'
            ? holds()
            : deviates({ expected: 'a compaction_trigger as last input item', actual: input ?? 'no input' });
        }),
      ),
    ),
    must.behind('an-answer-of-nothing-but-output-passes', ['bare'], ({ bare }) => {
      const output = (bare.json as { output?: readonly { type?: unknown }[] } | undefined)?.output;
      return bare.status === 200 && output?.at(-1)?.type === 'compaction'
        ? holds()
        : deviates({ expected: '200 with a compaction as last output item', actual: inShort(bare) });
    }),
    must.behind('what-was-compacted-opens-the-next-turn', ['nextTurn'], ({ nextTurn }) =>
      allOf(
        says(nextTurn, 'Wireproof says ok.'),
        everyUpstreamCall(nextTurn, ({ body }) => {
          const input = (body as { input?: unknown }).input;
          const [first] = Array.isArray(input) ? (input as { encrypted_content?: unknown }[]) : [];
          return first?.encrypted_content === compacted.encrypted_content
            ? holds()
            : deviates({ expected: 'the compaction as first input item', actual: input ?? 'no input' });
        }),
      ),
    ),
    must.behind('a-compaction-of-an-unknown-model-costs-no-upstream-request', ['unknown'], ({ unknown }) =>
      allOf(refusedAsOneOf(unknown, [404, 400]), reachedUpstream(unknown, 0)),
    ),
    must('a-model-without-compaction-is-refused', ['elsewhere'], ({ elsewhere }) => refusedAsOneOf(elsewhere, [501, 400, 404]), dear),
    must.behind('a-model-without-compaction-costs-no-upstream-request', ['elsewhere'], ({ elsewhere }) =>
      allOf(refusedAsOneOf(elsewhere, [501, 400, 404]), reachedUpstream(elsewhere, 0)),
    ),
    must('only-post-is-routed', ['wrongMethod'], ({ wrongMethod }) => refusedAsOneOf(wrongMethod, [404, 405]), dear),
    must('an-upstream-without-the-route-is-reported', ['missing'], ({ missing }) => refused(missing, 404), byScript),
    must(
      'a-failed-compaction-does-not-cool-the-credential',
      ['afterMissing'],
      ({ afterMissing }) => says(afterMissing, 'Wireproof says ok.'),
      byScript,
    ),
  ],
  remedy: { proxy: ['compact-refuses-stream', 'compact-strips-fields'] },
  symptom: {
    violates: () => [
      'stream-false-is-no-stream',
      'a-stream-that-is-not-true-is-no-stream',
      'streaming-is-refused-at-once',
      'a-refused-stream-costs-no-upstream-request',
      'fields-of-other-requests-do-no-harm',
      'fields-of-other-requests-are-left-out',
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 2000, timeoutMs: 180_000 },
});
