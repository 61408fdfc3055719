import {
  answer,
  answerIn,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  reachedUpstream,
  says,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';
import { answerOnSocket, PREVIOUS_RESPONSE, socketOf, websocket } from '#scenarios/kit/actions/websocket';

import { create, saidByUpstream, userSays } from './asking.ts';
import { messagesSent } from './frames.ts';

const firstWords = 'My name is Ada.';
const laterWords = 'What is my name?';

/** The last upstream request carries these texts, in this order. Two messages of one speaker may have become one. */
const lastCallCarries = (sight: FullSight, texts: readonly string[]): Reading => {
  const sent = JSON.stringify(messagesSent(sight.upstreamCalls.at(-1)?.body));
  const at = texts.map((text) => sent.indexOf(text));
  const inOrder = at.every((place, index) => place > (at[index - 1] ?? -1));
  return inOrder ? holds() : deviates({ expected: texts, actual: sent.slice(0, 500) });
};

/** The vendor says 400; proxies that keep the state themselves have said 409 (sheet X4 b and c). */
const isUnknownResponse = (sight: CallerSight): Reading =>
  [400, 409].includes(sight.status) && sight.bodyText.includes('previous_response_not_found')
    ? holds()
    : deviates({ expected: 'previous_response_not_found with 400 or 409', actual: inShort(sight) });

/** An empty response with an id to continue from: created, then completed, and nothing said. */
const isWarm = (sight: CallerSight): Reading => {
  const types = sight.events.map(({ json }) => (json as { readonly type?: unknown } | undefined)?.type);
  const isEmpty = answerIn(sight)?.text === '' && !types.includes('response.output_item.added');
  return isEmpty && types[0] === 'response.created' && types.at(-1) === 'response.completed'
    ? holds()
    : deviates({ expected: 'response.created and response.completed, and no output', actual: inShort(sight) });
};

/** Sheet row 18 (e) 2 and X4 (d): upstreams of Claude models keep no state, so the proxy has to. */
export default defineScenario({
  id: 'codex-cli/conversation-is-forgotten',
  title: 'On a WebSocket a Claude model knows nothing of the turn before',
  matrixRow: 18,
  requires: ['responses-websocket'],
  diagnosis: {
    symptom:
      'In Codex the second turn with a Claude model is answered as if it were the first, or refused because of previous_response_id.',
    cause:
      'On a WebSocket Codex sends only what is new, with previous_response_id. The upstream is asked over HTTP and stores nothing: a proxy that hands on what came loses the conversation.',
    check: 'Look at the upstream request of a second turn: the first question and its answer must be in it.',
    remediation:
      'Let the proxy remember the last response of each socket and send the whole conversation, answer warm-ups (generate: false) itself, and refuse a response that it does not know with previous_response_not_found, upon which clients send everything again.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages', 'antigravity'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => {
    const ask = (input: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) => create({ model: model(), input, more });
    const goOn = { previous_response_id: PREVIOUS_RESPONSE };
    return {
      continued: websocket([ask([userSays(firstWords)]), ask([userSays(laterWords)], goOn)]),
      stranger: websocket([ask([userSays(laterWords)], { previous_response_id: 'resp_of_another_socket' }), ask([userSays(firstWords)])]),
      warmed: websocket([ask([userSays(firstWords)], { generate: false }), ask([userSays(laterWords)], goOn)]),
    };
  },
  expectations: [
    must('a-second-turn-is-answered', ['continued'], ({ continued }) => says(answerOnSocket(continued, 1), saidByUpstream)),
    must.behind('a-second-turn-carries-the-conversation', ['continued'], ({ continued }) =>
      lastCallCarries(continued, [firstWords, saidByUpstream, laterWords]),
    ),
    must('an-unknown-response-cannot-be-continued', ['stranger'], ({ stranger }) => isUnknownResponse(answerOnSocket(stranger))),
    must('a-refused-turn-leaves-the-socket-open', ['stranger'], ({ stranger }) => says(answerOnSocket(stranger, 1), saidByUpstream)),
    must('a-warm-up-is-answered-with-an-empty-response', ['warmed'], ({ warmed }) => isWarm(answerOnSocket(warmed))),
    must.behind('a-warm-up-asks-no-upstream', ['warmed'], ({ warmed }) =>
      socketOf(warmed)?.sent === 2 ? reachedUpstream(warmed, 1) : deviates({ expected: 'two turns', actual: inShort(warmed) }),
    ),
    must.behind('a-turn-continues-a-warm-up', ['warmed'], ({ warmed }) => lastCallCarries(warmed, [firstWords, laterWords])),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'what a socket remembers is part of how the reference proxy serves it; the kill matrix shows proxies that forget',
  },
  live: { safe: false, because: 'whether the model knows the turn before is its word; what was sent is seen at the upstream' },
});
