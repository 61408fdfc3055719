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
  probe,
  says,
  TOKEN,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, listedIds, lists, nobodysModel, refusedByName, saidByUpstream } from './names.ts';

const withoutToken = (text: string, { token }: CallerSight): string => text.replaceAll(token, TOKEN);

const sameOf = <T>(what: string, expected: T, actual: T): Reading =>
  JSON.stringify(expected) === JSON.stringify(actual) ? holds() : deviates({ expected: { [what]: expected }, actual });

/** What an upstream makes its answer of. */
const sent = (sight: FullSight) => (call: UpstreamRequest) => ({
  path: call.path,
  query: call.query,
  account: call.headers['authorization'],
  body: withoutToken(call.bodyBytes.toString('utf8'), sight),
});

const sendsTheSame = (one: FullSight, other: FullSight): Reading => {
  if (one.upstreamCalls.length === 0) return deviates({ expected: 'an upstream request', actual: inShort(one) });
  return sameOf('upstream requests', one.upstreamCalls.map(sent(one)), other.upstreamCalls.map(sent(other)));
};

const refusal = (sight: CallerSight) => {
  const message = errorIn(sight)?.message;
  return { status: sight.status, message: message === undefined ? inShort(sight) : withoutToken(message, sight) };
};

const saysLives = (sight: CallerSight): Reading =>
  sight.status === 200 && (sight.json as { readonly status?: unknown } | null)?.status === 'ok'
    ? holds()
    : deviates({ expected: 'status ok', actual: inShort(sight) });

export default defineScenario({
  id: 'models/in-process-differs-from-http',
  title: 'The proxy inside of the process has other models than the one behind the address',
  matrixRow: 13,
  requires: ['in-process', 'model-registry'],
  diagnosis: {
    symptom:
      'A program that mounts the proxy in its own process does not get gpt-5.3-codex; the same program finds it over HTTP, or the other way round.',
    cause:
      'The mount and the server are two proxies with two environments: another configuration, other auth files, another catalogue. The program takes the one and was written for the other.',
    check: 'Ask both for /v1/models with the same key and compare the ids; then ask both for the model once.',
    remediation:
      'Give both the same configuration and auth files. Take the mount where the runtime is yours, HTTP where a process boundary forces it, and in either case decide by the ids that the chosen one lists.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['codex'],
    streams: [false, true],
  }),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const inProcess = { via: 'in-process' } as const;
    const get = (path: string, more: object = {}) => probe({ dialect: 'openai-chat', method: 'GET', path, ...more });
    const ask = (name: string, more: object = {}) => converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 }, more);
    return {
      httpList: get('/v1/models'),
      mountList: get('/v1/models', inProcess),
      httpAsked: ask(model()),
      mountAsked: ask(model(), inProcess),
      httpUnknown: ask(nobodysModel),
      mountUnknown: ask(nobodysModel, inProcess),
      httpKeyless: get('/v1/models', { credential: {} }),
      mountKeyless: get('/v1/models', { ...inProcess, credential: {} }),
      httpHealth: get('/health', { credential: {} }),
      mountHealth: get('/health', { ...inProcess, credential: {} }),
    };
  },
  expectations: [
    must('both-ways-name-the-model', ['httpList', 'mountList', 'httpAsked'], ({ httpList, mountList, httpAsked }) =>
      allOf(lists(httpList, askedName(httpAsked)), lists(mountList, askedName(httpAsked))),
    ),
    must('both-ways-list-the-same-models', ['httpList', 'mountList'], ({ httpList, mountList }) => {
      const ids = listedIds(httpList);
      return ids === undefined
        ? deviates({ expected: 'a model list', actual: inShort(httpList) })
        : sameOf('ids', ids, listedIds(mountList) ?? []);
    }),
    must('both-ways-answer', ['httpAsked', 'mountAsked'], ({ httpAsked, mountAsked }) =>
      allOf(says(httpAsked, saidByUpstream), says(mountAsked, saidByUpstream)),
    ),
    must.behind('both-ways-ask-the-upstream-alike', ['httpAsked', 'mountAsked'], ({ httpAsked, mountAsked }) =>
      sendsTheSame(httpAsked, mountAsked),
    ),
    must('both-ways-refuse-alike', ['httpUnknown', 'mountUnknown'], ({ httpUnknown, mountUnknown }) =>
      allOf(refusedByName(httpUnknown), sameOf('refusal', refusal(httpUnknown), refusal(mountUnknown))),
    ),
    must('both-ways-ask-for-the-key', ['httpKeyless', 'mountKeyless'], ({ httpKeyless, mountKeyless }) =>
      [httpKeyless, mountKeyless].every(({ status }) => status === 401)
        ? holds()
        : deviates({ expected: '401 without a key, both ways', actual: [httpKeyless, mountKeyless].map(inShort) }),
    ),
    must('both-ways-tell-that-they-live', ['httpHealth', 'mountHealth'], ({ httpHealth, mountHealth }) =>
      allOf(saysLives(httpHealth), saysLives(mountHealth)),
    ),
  ],
  remedy: { config: { 'in-process': {} } },
  symptom: {
    violates: () => ['both-ways-name-the-model', 'both-ways-list-the-same-models', 'both-ways-answer', 'both-ways-ask-the-upstream-alike'],
    config: { 'in-process': { 'oauth-excluded-models': { codex: ['gpt-5.3-codex'] } } },
  },
  live: { safe: false, because: 'a deployment has no mount in the process of its caller' },
});
