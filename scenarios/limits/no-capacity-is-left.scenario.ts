import {
  allOf,
  answer,
  answers,
  cannotTell,
  converse,
  crossing,
  defineScenario,
  deviates,
  errorIn,
  everyUpstreamCall,
  holds,
  inShort,
  must,
  probe,
  says,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { refuses, toldSeconds } from './waits.ts';

const saidByUpstream = 'Wireproof says ok.';
/** Of a provider that has quota left. */
const other = 'claude-sonnet-4-6';

/** A live target may refuse a question of one token for many reasons; only 429 is this one. */
const notForQuota = (sight: CallerSight, asExpected: () => boolean): Reading => {
  if (sight.status !== 429) return asExpected() ? holds() : cannotTell('not-exercised', inShort(sight));
  const told = toldSeconds(sight);
  return deviates({ expected: 'no 429', actual: inShort(sight), evidence: told === undefined ? 'no Retry-After' : `wait ${told} s` });
};

const listsSomething = ({ status, json }: CallerSight): boolean => {
  const { data } = (json ?? {}) as { readonly data?: unknown };
  return status === 200 && Array.isArray(data) && data.length > 0;
};

export default defineScenario({
  id: 'limits/no-capacity-is-left',
  title: 'Questions are refused with 429 because every account of the model is out of quota',
  matrixRow: 'rate-limits',
  requires: ['quota-cooldown', 'fallback-routes'],
  remembers: true,
  diagnosis: {
    symptom:
      'Every question about a model gets 429 for a while, all clients at once; other models work, the health check and the list too.',
    cause: 'The accounts behind the model have used up their quota together, and nothing else may answer in their place.',
    check:
      'Ask with one output token, twice, a second apart: the upstream’s words and then the proxy’s own (“all credentials … are cooling down”) say that all of them rest. An unknown model is refused otherwise, so it is not the proxy that limits.',
    remediation:
      'Add credentials or another provider as fallback, lower the concurrency of clients, and let them wait as long as Retry-After says.',
  },
  // One question each on a live target, so there are few.
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['openai-chat'],
      streams: [false],
    }),
    { client: 'gemini-generate', upstream: 'gemini-generate', stream: false },
    { client: 'openai-chat', upstream: 'openai-chat', stream: true },
  ],
  upstream: () =>
    answer('text').when(
      ({ surface }) => surface !== 'anthropic-messages',
      (request) => refuses(request, { headers: { 'retry-after': '30' } }),
    ),
  steps: ({ cell, model }) => {
    const ask = (text: string, after: readonly string[] = []) => converse(cell, { model: model(), text, maxOutputTokens: 1 }, { after });
    return {
      ask: ask('Say ok.'),
      again: ask('Say ok.', ['ask']),
      unknown: { ...converse(cell, { model: 'wireproof-no-such-model', text: 'Say ok.', maxOutputTokens: 1 }), maxOutputTokens: 0 },
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
    };
  },
  expectations: [
    must('a-question-is-not-refused-for-quota', ['ask'], ({ ask }) => notForQuota(ask, () => answers(ask).kind === 'holds')),
    must(
      'the-proxy-itself-limits-nobody',
      ['listing', 'unknown'],
      ({ listing, unknown }) =>
        notForQuota(unknown, () => listsSomething(listing) && unknown.status >= 400 && errorIn(unknown) !== undefined),
      { canary: false },
    ),
    must('the-list-is-not-limited', ['listing'], ({ listing }) =>
      listsSomething(listing) ? holds() : deviates({ expected: 'a model list', actual: inShort(listing) }),
    ),
    must.behind('another-provider-answers-in-its-place', ['ask'], ({ ask }) => says(ask, saidByUpstream)),
    must.behind('a-second-question-is-answered-too', ['again'], ({ again }) => says(again, saidByUpstream)),
    must.behind('a-second-question-does-not-pay-again', ['ask', 'again'], ({ again }) =>
      allOf(
        says(again, saidByUpstream),
        everyUpstreamCall(again, ({ surface }) =>
          surface === 'anthropic-messages' ? holds() : deviates({ expected: 'only the provider that has quota', actual: surface }),
        ),
      ),
    ),
  ],
  remedy: {
    config: {
      'disable-cooling': false,
      fallback: Object.fromEntries(['gpt-4.1-mini', 'gemini-2.5-pro'].map((model) => [model, { to: [other], on: ['quota'] }])),
    },
  },
  symptom: {
    config: { 'disable-cooling': false },
    violates: () => [
      'a-question-is-not-refused-for-quota',
      'another-provider-answers-in-its-place',
      'a-second-question-is-answered-too',
      'a-second-question-does-not-pay-again',
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 1, timeoutMs: 60_000 },
});
