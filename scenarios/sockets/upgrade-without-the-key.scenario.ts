import {
  allOf,
  answer,
  CLIENT_KEY,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  says,
  should,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';
import { answerOnSocket, websocket } from '#scenarios/kit/actions/websocket';

import { codexBody, create, saidByUpstream, userSays } from '../codex-cli/asking.ts';
import { takenUp, turnedAway } from './handshakes.ts';

/** A plain GET is no question: it is told to upgrade, or to use another method, and nothing is generated. */
const isNoAnswer = (sight: CallerSight): Reading =>
  [400, 404, 405, 426].includes(sight.status) && sight.end === 'complete'
    ? holds()
    : deviates({ expected: '426, 405, 404 or 400', actual: inShort(sight) });

/** Sheet X4 (c) and (e) 11; edge of row 1: the upgrade is a GET, which an ingress may send through another block of its configuration. */
export default defineScenario({
  id: 'sockets/upgrade-without-the-key',
  title: 'The WebSocket is refused with 401, and POST works with the same key',
  matrixRow: 'streaming',
  requires: ['responses-websocket', 'client-keys', 'key-places'],
  diagnosis: {
    symptom:
      'Codex, or a page in a browser, gets 401 for the upgrade at /v1/responses, while curl -X POST to the same path and with the same key is answered.',
    cause:
      'The Authorization header does not reach the proxy: the ingress forwards upgrades through a location of its own that does not pass it on, or the client is a browser, which cannot set headers on a WebSocket.',
    check:
      'Ask for the upgrade at the proxy itself, then through the ingress. 401 only there: the header is lost on the way. Without a key, 401 in JSON is right: it shows that the route is there and asks for one.',
    remediation:
      'Forward Authorization together with Upgrade and Connection, and speak HTTP/1.1 to the proxy. In browsers show the key as ?key=, and keep it out of access logs.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => {
    const question = { model: model(), input: [userSays('Say ok.')] };
    return {
      withKey: websocket([create(question)]),
      withoutKey: websocket([create(question)], { credential: {} }),
      wrongKey: websocket([create(question)], { credential: { headers: { authorization: 'Bearer sk-wireproof-unlisted-key' } } }),
      keyInQuery: websocket([create(question)], { credential: { query: { key: CLIENT_KEY } } }),
      wrongKeyInQuery: websocket([create(question)], { credential: { query: { key: 'sk-wireproof-unlisted-key' } } }),
      posted: probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: { json: codexBody(question) },
        stream: true,
        maxOutputTokens: 16,
      }),
      fromAnotherSite: websocket([], { headers: { origin: 'https://page.example' } }),
      plainGet: probe({ dialect: 'openai-responses', method: 'GET', path: '/v1/responses' }),
    };
  },
  // Each is judged beside a socket, or a POST, that is served: where nothing is, every refusal would look right.
  expectations: [
    must('an-upgrade-with-the-key-is-answered', ['withKey', 'posted'], ({ withKey, posted }) =>
      allOf(says(posted, saidByUpstream), says(answerOnSocket(withKey), saidByUpstream)),
    ),
    must('an-upgrade-without-a-key-is-refused-with-401', ['withoutKey', 'keyInQuery'], ({ withoutKey, keyInQuery }) =>
      allOf(says(answerOnSocket(keyInQuery), saidByUpstream), turnedAway(withoutKey)),
    ),
    must(
      'an-upgrade-with-a-wrong-key-is-refused-with-401',
      ['wrongKey', 'wrongKeyInQuery', 'keyInQuery'],
      ({ wrongKey, wrongKeyInQuery, keyInQuery }) =>
        allOf(says(answerOnSocket(keyInQuery), saidByUpstream), turnedAway(wrongKey), turnedAway(wrongKeyInQuery)),
    ),
    must('a-key-in-the-query-opens-a-socket', ['keyInQuery'], ({ keyInQuery }) => says(answerOnSocket(keyInQuery), saidByUpstream)),
    should('a-page-with-the-key-may-open-a-socket', ['fromAnotherSite', 'withKey'], ({ fromAnotherSite, withKey }) =>
      allOf(says(answerOnSocket(withKey), saidByUpstream), takenUp(fromAnotherSite)),
    ),
    must('a-plain-get-is-no-question', ['plainGet', 'posted'], ({ plainGet, posted }) =>
      allOf(says(posted, saidByUpstream), isNoAnswer(plainGet)),
    ),
    must.behind('a-refused-upgrade-asks-no-upstream', ['withoutKey', 'wrongKey', 'withKey'], ({ withoutKey, wrongKey, withKey }) => {
      const calls = { withKey: withKey.upstreamCalls.length, refused: withoutKey.upstreamCalls.length + wrongKey.upstreamCalls.length };
      return calls.withKey === 1 && calls.refused === 0
        ? holds()
        : deviates({ expected: { withKey: 1, refused: 0 }, actual: { ...calls, answer: inShort(withoutKey) } });
    }),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'who shows no key is refused by every build; an ingress that loses the header is ingress-loses-the-key',
  },
  live: { safe: false, because: 'row 1 shows a live target without a key, and its answer there is the same' },
});
