import { allOf, crossing, defineScenario, must, probe, should } from '#scenarios/kit/index';
import { websocket } from '#scenarios/kit/actions/websocket';

import { codexBody, create, userSays } from '../codex-cli/asking.ts';
import { nobodysModel } from '../models/names.ts';
import {
  breaks,
  endsWithAWord,
  failingUpstream,
  failures,
  goesWell,
  saysWhatHttpSays,
  saysWhenToComeBack,
  toldInAFrame,
} from './broken-turns.ts';

/** Sheet X4 (c): builds since v7.2.121 end the connection in place of telling what failed. */
export default defineScenario({
  id: 'sockets/failures-are-silent',
  title: 'A WebSocket closes without a word when the upstream refuses, or breaks off',
  matrixRow: 'streaming',
  requires: ['responses-websocket', 'model-registry'],
  diagnosis: {
    symptom:
      'Codex says "websocket closed by server before response.completed" or "connection reset without closing handshake", and reconnects five times; over HTTP the same request shows a plain 401, 429 or 5xx.',
    cause:
      'The proxy ends the connection when a turn fails, without an error frame and without a close frame. The client sees 1006, which is what a broken network looks like.',
    check:
      'Repeat the request over POST /v1/responses: its status is what the socket hides. A frame before the end, or a close code other than 1006, rules this out.',
    remediation:
      'Send an error frame with the status, and leave the socket open or close it with a code (1008 for access, 1011 for the upstream, 1013 for overload). Until then set supports_websockets = false.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages'], streams: [true] }),
  upstream: () => failingUpstream,
  steps: ({ model }) => {
    const question = (text: string, name = model()) => ({ model: name, input: [userSays(`Say ok. ${text}`)] });
    // The second question shows whether the socket goes on.
    const onSocket = (text: string, name?: string) => websocket([create(question(text, name)), create(question(''))]);
    const post = (text: string) =>
      probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: { json: codexBody(question(text)) },
        stream: true,
        maxOutputTokens: 16,
      });
    return {
      well: websocket([create(question(''))]),
      unauthorized: onSocket(failures.unauthorized),
      forbidden: onSocket(failures.forbidden),
      limited: onSocket(failures.limited),
      broken: onSocket(failures.broken),
      endsEarly: onSocket(breaks.endsEarly),
      resets: onSocket(breaks.resets),
      unknown: onSocket('', nobodysModel),
      limitedOverHttp: post(failures.limited),
      brokenOverHttp: post(failures.broken),
    };
  },
  // Each is judged beside a turn that goes well: a target that only ever sends errors tells nothing of failures.
  expectations: [
    must('a-refusal-by-the-upstream-is-told-in-a-frame', ['well', 'unauthorized', 'forbidden', 'limited'], (sights) =>
      allOf(goesWell(sights.well), toldInAFrame(sights.unauthorized), toldInAFrame(sights.forbidden), toldInAFrame(sights.limited)),
    ),
    must('a-fault-of-the-upstream-is-told-in-a-frame', ['well', 'broken'], ({ well, broken }) =>
      allOf(goesWell(well), toldInAFrame(broken)),
    ),
    must('an-answer-that-breaks-off-is-told-in-a-frame', ['well', 'endsEarly', 'resets'], ({ well, endsEarly, resets }) =>
      allOf(goesWell(well), toldInAFrame(endsEarly), toldInAFrame(resets)),
    ),
    must('an-unknown-model-is-told-in-a-frame', ['well', 'unknown'], ({ well, unknown }) => allOf(goesWell(well), toldInAFrame(unknown))),
    must(
      'no-socket-ends-without-a-close-frame',
      ['well', 'unauthorized', 'forbidden', 'limited', 'broken', 'endsEarly', 'resets', 'unknown'],
      ({ well, ...failed }) => allOf(goesWell(well), ...Object.values(failed).map(endsWithAWord)),
    ),
    must('a-frame-says-what-http-says', ['limited', 'limitedOverHttp', 'broken', 'brokenOverHttp'], (sights) =>
      allOf(saysWhatHttpSays(sights.limited, sights.limitedOverHttp), saysWhatHttpSays(sights.broken, sights.brokenOverHttp)),
    ),
    should('a-frame-says-when-to-come-back', ['limited'], ({ limited }) => saysWhenToComeBack(limited)),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [
      'a-refusal-by-the-upstream-is-told-in-a-frame',
      'a-fault-of-the-upstream-is-told-in-a-frame',
      'an-answer-that-breaks-off-is-told-in-a-frame',
      'no-socket-ends-without-a-close-frame',
      'a-frame-says-what-http-says',
      'a-frame-says-when-to-come-back',
    ],
    config: { persona: 'cliproxyapi-2026-08' },
  },
  live: { safe: false, because: 'a real upstream cannot be asked to fail' },
});
