import { verifyIflowSignature } from '#fixtures/upstreams/iflow-signature';
import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  cannotTell,
  converse,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  inShort,
  mentions,
  must,
  refused,
  says,
  should,
  type CallerSight,
  type Cell,
  type Reading,
} from '#scenarios/kit/index';

const saidByUpstream = 'Wireproof says ok.';
const streams = (cell: Cell): boolean => cell.stream;
/** Only a vendor with a script refuses when it is told to. */
const byScript = { canary: false } as const;

/** Written into the user's text, so that one upstream can refuse for different reasons. */
const refusesStreams = '[streams are refused]';
const refusesTheModel = '[the first model is refused]';
const overTheRate = '[the rate limit is reached]';
const refusesAlways = '[everything is refused]';

/** What would break the signature, or be refused by a real 406, if it went on to the vendor. */
const particularHeaders = { accept: 'text/plain', 'user-agent': 'caller/1.0', 'session-id': 'session-of-the-caller' };

/** Live, any other refusal is another row's: the account may lack the model, and then a signature does not help. */
const unlessRefusedOtherwise = (sight: CallerSight, reading: Reading): Reading =>
  sight.live === true && reading.kind !== 'holds' && sight.status !== 406
    ? cannotTell('prerequisite-failed', `it failed, and not with 406: ${inShort(sight)}`)
    : reading;

const marked = (marker: string) => (request: UpstreamRequest) => request.bodyBytes.includes(marker);
const modelOf = ({ body }: UpstreamRequest): string => String((body as { model?: unknown } | undefined)?.model);
/** iFlow's own and DeepSeek's models need no signature (sheet R9). */
const needsSignature = (request: UpstreamRequest): boolean => !/^(qwen|deepseek)/.test(modelOf(request));

const iflowRules = answer('text')
  .when((request) => needsSignature(request) && !verifyIflowSignature(request.headers, request.at).ok, 'iflow/not-acceptable')
  .when(marked(overTheRate), 'iflow/business-error')
  .when(marked(refusesAlways), 'iflow/not-acceptable')
  .when((request) => marked(refusesStreams)(request) && request.stream, 'iflow/not-acceptable')
  .when((request) => marked(refusesTheModel)(request) && modelOf(request) === 'glm-4.7', 'iflow/not-acceptable');

export default defineScenario({
  id: 'availability/iflow-406',
  title: 'iFlow answers 406 with an empty body for glm-4.7',
  matrixRow: 9,
  requires: ['signed-iflow'],
  diagnosis: {
    symptom: 'Requests for glm-4.7 fail with 406 and an empty body, while qwen models of the same account answer.',
    cause:
      'iFlow takes models of other vendors only from requests that carry its signed headers: session, timestamp and an HMAC over both and the User-Agent. The proxy sends none, or headers that do not fit the signature.',
    check:
      'Ask once without streaming and keep status, headers and body; then ask a qwen model. 406 on the one and 200 on the other is the signature, not the account.',
    remediation:
      'Run a build that signs every request afresh with the key it sends. Keep a fallback route for the model, and retry a refused stream once without streaming.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['iflow'],
    streams: [false, true],
  }),
  upstream: () => iflowRules,
  steps: ({ cell, model }) => {
    const ask = (name: string, text: string, headers = {}) => converse(cell, { model: name, text, maxOutputTokens: 16 }, { headers });
    return {
      glm: ask(model(), 'Say ok.'),
      qwen: ask(model('qwen'), 'Say ok.'),
      streamRefused: ask(model(), `Say ok. ${refusesStreams}`),
      modelRefused: ask(model(), `Say ok. ${refusesTheModel}`),
      suffixed: ask(`${model()}(high)`, 'Say ok.'),
      particular: ask(model(), 'Say ok.', particularHeaders),
      limited: ask(model('qwen'), `Say ok. ${overTheRate}`),
      unrouted: ask(model('unrouted'), `Say ok. ${refusesAlways}`),
    };
  },
  expectations: [
    must('a-signed-model-answers', ['glm'], ({ glm }) => unlessRefusedOtherwise(glm, says(glm, saidByUpstream))),
    must('an-unsigned-model-answers', ['qwen'], ({ qwen }) => says(qwen, saidByUpstream)),
    must.behind('the-signature-verifies', ['glm', 'modelRefused', 'unrouted'], (sights) =>
      allOf(
        ...[sights.glm, sights.modelRefused, sights.unrouted].map((sight) =>
          everyUpstreamCall(sight, (call) => {
            const verified = verifyIflowSignature(call.headers, call.at);
            return verified.ok ? holds() : deviates({ expected: 'signed iFlow headers', actual: verified.why });
          }),
        ),
      ),
    ),
    must.behind('every-request-is-signed-afresh', ['glm', 'modelRefused'], ({ glm, modelRefused }) => {
      const calls = [...glm.upstreamCalls, ...modelRefused.upstreamCalls];
      const sessions = calls.map(({ headers }) => headers['session-id'] ?? 'none');
      return sessions.length > 1 && !sessions.includes('none') && new Set(sessions).size === sessions.length
        ? holds()
        : deviates({ expected: 'a session id per request', actual: sessions });
    }),
    must('a-refused-stream-is-retried-without-streaming', ['streamRefused'], ({ streamRefused }) => says(streamRefused, saidByUpstream), {
      appliesTo: streams,
      canary: false,
    }),
    must.behind(
      'a-refused-stream-costs-one-more-request',
      ['streamRefused'],
      ({ streamRefused }) => {
        const modes = streamRefused.upstreamCalls.map(({ stream }) => (stream ? 'stream' : 'plain')).join(', ');
        return modes === 'stream, plain' ? holds() : deviates({ expected: 'stream, plain', actual: modes });
      },
      { appliesTo: streams },
    ),
    must('a-refused-model-falls-back', ['modelRefused'], ({ modelRefused }) => says(modelRefused, saidByUpstream), byScript),
    must.behind('the-fallback-route-is-asked-last', ['modelRefused'], ({ modelRefused }) => {
      const models = [...new Set(modelRefused.upstreamCalls.map(modelOf))].join(', ');
      return models === 'glm-4.7, glm-4.6' ? holds() : deviates({ expected: 'glm-4.7, glm-4.6', actual: models });
    }),
    must('an-unrouted-406-keeps-its-status', ['unrouted'], ({ unrouted }) => refused(unrouted, 406), byScript),
    must(
      'an-empty-refusal-is-explained',
      ['unrouted'],
      ({ unrouted }) => refused(unrouted, 406, (error) => mentions(error, /406/, /iflow|kimi-k2/i)),
      byScript,
    ),
    must(
      'an-error-inside-a-200-is-an-error',
      ['limited'],
      ({ limited }) => refused(limited, 429, (error) => mentions(error, /rate limit/i)),
      byScript,
    ),
    should.behind('a-reasoning-suffix-is-not-part-of-the-name', ['suffixed'], ({ suffixed }) =>
      allOf(
        says(suffixed, saidByUpstream),
        everyUpstreamCall(suffixed, (call) =>
          modelOf(call) === 'glm-4.7' ? holds() : deviates({ expected: 'glm-4.7', actual: modelOf(call) }),
        ),
      ),
    ),
    must.behind('the-callers-own-headers-stay-out-of-the-signed-ones', ['particular'], ({ particular }) =>
      allOf(
        says(particular, saidByUpstream),
        everyUpstreamCall(particular, (call) => {
          const verified = verifyIflowSignature(call.headers, call.at);
          if (!verified.ok) return deviates({ expected: 'signed iFlow headers', actual: verified.why });
          const { accept = '' } = call.headers;
          return accept.includes('text/plain') ? deviates({ expected: 'an Accept of the proxy’s own', actual: accept }) : holds();
        }),
      ),
    ),
    must.behind('a-refusal-is-not-repeated-for-ever', ['unrouted'], ({ unrouted }) => {
      const count = unrouted.upstreamCalls.length;
      return count >= 1 && count <= 2 ? holds() : deviates({ expected: 'one upstream request, or two for a stream', actual: count });
    }),
  ],
  remedy: {
    proxy: ['signed-iflow-headers', 'iflow-retry-non-stream', 'model-fallback', 'explain-empty-errors', 'errors-inside-success'],
    config: { fallback: { 'glm-4.7': ['glm-4.6'] } },
  },
  symptom: {
    violates: (cell) => [
      'a-signed-model-answers',
      'the-signature-verifies',
      'every-request-is-signed-afresh',
      'a-refused-model-falls-back',
      'the-fallback-route-is-asked-last',
      'an-empty-refusal-is-explained',
      'an-error-inside-a-200-is-an-error',
      'a-reasoning-suffix-is-not-part-of-the-name',
      'the-callers-own-headers-stay-out-of-the-signed-ones',
      ...(cell.stream ? ['a-refused-stream-is-retried-without-streaming', 'a-refused-stream-costs-one-more-request'] : []),
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 112, timeoutMs: 60_000 },
});
