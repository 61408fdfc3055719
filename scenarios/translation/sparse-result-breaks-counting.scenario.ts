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
  must,
  replay,
  toolResultsIn,
  type CallerSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

const ofVendor = (slug: string) => replay(({ surface }: UpstreamRequest) => ({ exchange: `${surface}/${slug}` }));

const counts = (sight: CallerSight): Reading => {
  const { input_tokens: tokens } = (sight.json ?? {}) as { readonly input_tokens?: unknown };
  return sight.status === 200 && typeof tokens === 'number' && tokens > 0
    ? holds()
    : deviates({ expected: '200 with input_tokens', actual: inShort(sight) });
};

/** What a question would cost, asked before it is sent. */
const counting = ({ body, ...probe }: Probe): Probe => {
  const json = body !== undefined && 'json' in body ? (body.json as Readonly<Record<string, unknown>>) : {};
  const { max_tokens: _room, stream: _mode, ...rest } = json;
  return { ...probe, path: '/v1/messages/count_tokens', body: { json: rest }, maxOutputTokens: 0 };
};

/** Row 3 for free: a count goes through the same translation as the question itself (sheet R3 (e) 7). */
export default defineScenario({
  id: 'translation/sparse-result-breaks-counting',
  title: 'The tokens of a conversation with a sparse tool result cannot be counted',
  matrixRow: 3,
  requires: ['tools', 'token-counts'],
  diagnosis: {
    symptom:
      'An agent that counts before it asks fails with 400 "Invalid JSON payload" at /v1/messages/count_tokens, from one turn of a conversation on.',
    cause: 'A tool result of that turn has no content, and the translator that questions and counts share writes JSON that is none.',
    check: 'Count the smallest conversation with one tool result, once without content and once with content []: it costs no tokens.',
    remediation: 'Run a build that fills a missing content with an empty text before it translates. Until then, send content: [].',
  },
  cells: crossing({
    clients: ['anthropic-messages'],
    upstreams: ['gemini-generate', 'antigravity', 'anthropic-messages'],
    streams: [false],
  }),
  upstream: () =>
    answer('text')
      .when(({ surface, body }) => surface !== 'anthropic-messages' && body === undefined, ofVendor('invalid-json'))
      .when(({ operation }) => operation === 'count-tokens', ofVendor('count-tokens')),
  steps: ({ cell, model }) => {
    const count = (output: unknown): Probe =>
      counting(
        converse(cell, {
          model: model(),
          text: 'What is the weather in Berlin?',
          maxOutputTokens: 16,
          toolResults: [{ callId: 'toolu_1', output }],
        }),
      );
    return { missing: count(undefined), nullContent: count(null), emptyList: count([]), text: count('21 °C') };
  },
  expectations: [
    must('a-conversation-is-counted', ['text', 'emptyList'], ({ text, emptyList }) => allOf(counts(text), counts(emptyList))),
    must('a-conversation-with-a-sparse-result-is-counted', ['missing', 'nullContent'], ({ missing, nullContent }) =>
      allOf(counts(missing), counts(nullContent)),
    ),
    must.behind('the-result-is-counted-too', ['missing', 'text'], ({ missing, text }) =>
      allOf(
        ...[missing, text].map((sight) =>
          everyUpstreamCall(sight, (call) =>
            call.body !== undefined && toolResultsIn(call).length === 1
              ? holds()
              : deviates({ expected: 'JSON with one tool result', actual: call.jsonError ?? toolResultsIn(call) }),
          ),
        ),
      ),
    ),
  ],
  remedy: { proxy: ['sparse-tool-result'] },
  symptom: {
    violates: ({ upstream }) =>
      upstream === 'anthropic-messages' ? [] : ['a-conversation-with-a-sparse-result-is-counted', 'the-result-is-counted-too'],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 0, timeoutMs: 30_000, round: 'thorough' },
});
