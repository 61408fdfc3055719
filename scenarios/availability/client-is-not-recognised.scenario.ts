import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  mentions,
  must,
  probe,
  refused,
  says,
  should,
  TOKEN,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, lists } from '../models/names.ts';
import { accountOf } from './used-up.ts';

const saidByUpstream = 'Wireproof says ok.';

/** Written into the user's text: whatever the conversation looks like, the portal does not know who sends it. */
const neverRecognised = '[nobody is recognised]';

const standingOrder = 'Answer in one line.';
const laterOrder = 'Use no emoji.';

const messagesOf = ({ body }: UpstreamRequest): readonly unknown[] => {
  const { messages } = (body ?? {}) as { readonly messages?: unknown };
  return Array.isArray(messages) ? messages : [];
};
const rolesOf = (request: UpstreamRequest): readonly string[] =>
  messagesOf(request).map((message) => String((message as { readonly role?: unknown } | null)?.role));

/** The portal's rule: one system message, and it is the first (sheet R19 (b) and (e) 1). */
const isRecognised = (request: UpstreamRequest): boolean => rolesOf(request).lastIndexOf('system') === 0;

const portalRules = answer('text').when(
  (request) => !isRecognised(request) || request.bodyBytes.includes(neverRecognised),
  'openai-chat/free-quota-used-up',
);

const oneSystemInFront = (request: UpstreamRequest): Reading =>
  isRecognised(request) ? holds() : deviates({ expected: 'one system message, in front', actual: rolesOf(request) });

/** Holds when both orders are there, in their order, before what the user says. */
const keepsOrders = (request: UpstreamRequest): Reading => {
  const text = JSON.stringify(messagesOf(request));
  const places = [standingOrder, laterOrder, 'Say ok.'].map((words) => text.indexOf(words));
  return places.every((place, at) => place > (places[at - 1] ?? -1))
    ? holds()
    : deviates({ expected: [standingOrder, laterOrder, 'Say ok.'], actual: text });
};

export default defineScenario({
  id: 'availability/client-is-not-recognised',
  title: 'Free allocated quota exceeded, although the account has quota left',
  matrixRow: 19,
  requires: ['qwen-portal', 'model-registry'],
  remembers: true,
  diagnosis: {
    symptom:
      'Every request to Qwen ends with 429 "Free allocated quota exceeded.", the first of the day too, while the vendor’s own client works with the same account.',
    cause:
      'The portal says so of requests, too, that it does not take for its own client’s: those without exactly one system message in front. Quota and waiting have nothing to do with it.',
    check:
      'Ask with the vendor’s own client and the same account. It is answered: this. It is refused alike: the allowance is used up. A new account that is refused at its first request is the same sign.',
    remediation:
      'Send one system message in front, with all instructions in it, or run a build that does; do not rotate through accounts, and do not wait for midnight.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['openai-chat'],
    streams: [false, true],
  }),
  upstream: () => portalRules,
  steps: ({ cell, model }) => ({
    plain: converse(cell, { model: model('quota'), text: 'Say ok.', maxOutputTokens: 16 }),
    instructed: probe({
      dialect: 'openai-chat',
      path: '/v1/chat/completions',
      body: {
        json: {
          model: model('quota'),
          messages: [
            { role: 'system', content: standingOrder },
            { role: 'user', content: `Say ok. ${TOKEN}` },
            { role: 'system', content: laterOrder },
          ],
          max_tokens: 16,
        },
      },
      maxOutputTokens: 16,
    }),
    listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after: ['plain'] }),
    refused: converse(cell, { model: model('spent'), text: `Say ok. ${neverRecognised}`, maxOutputTokens: 16 }),
  }),
  expectations: [
    must('a-request-without-instructions-is-answered', ['plain'], ({ plain }) => says(plain, saidByUpstream)),
    must('the-model-is-listed-all-the-same', ['listing', 'plain'], ({ listing, plain }) => lists(listing, askedName(plain))),
    must.behind('one-system-message-stands-in-front', ['plain'], ({ plain }) => everyUpstreamCall(plain, oneSystemInFront)),
    must('instructions-in-several-places-are-answered', ['instructed'], ({ instructed }) => says(instructed, saidByUpstream)),
    must.behind('all-instructions-arrive-in-their-order', ['instructed'], ({ instructed }) => everyUpstreamCall(instructed, keepsOrders)),
    should.behind('a-refusal-tells-its-other-cause', ['refused'], ({ refused: sight }) =>
      refused(sight, 429, (error) => mentions(error, /quota/i, /recogni[sz]e/i)),
    ),
    must.behind('an-unrecognised-client-is-not-repeated', ['refused'], ({ refused: { upstreamCalls } }) => {
      const accounts = upstreamCalls.map(accountOf);
      return accounts.length > 0 && new Set(accounts).size === accounts.length
        ? holds()
        : deviates({ expected: 'each account asked once', actual: `${accounts.length} requests, ${new Set(accounts).size} accounts` });
    }),
  ],
  remedy: {
    proxy: ['one-leading-system-message', 'used-up-quota'],
    config: { 'request-retry': 1, 'max-retry-interval': 0.01 },
  },
  symptom: {
    violates: () => [
      'a-request-without-instructions-is-answered',
      'one-system-message-stands-in-front',
      'instructions-in-several-places-are-answered',
      'all-instructions-arrive-in-their-order',
      'a-refusal-tells-its-other-cause',
      'an-unrecognised-client-is-not-repeated',
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 32, timeoutMs: 60_000, round: 'thorough' },
});
