import { allOf, answer, crossing, defineScenario, must, says } from '#scenarios/kit/index';
import { answerOnSocket, websocket } from '#scenarios/kit/actions/websocket';

import { create, saidByUpstream, userSays } from '../codex-cli/asking.ts';
import { takenUp } from '../sockets/handshakes.ts';

/** Complaint 10 of ten (see README.md): litellm 22051. */
export default defineScenario({
  id: 'complaints/handshake-needs-a-model',
  title: 'A WebSocket is refused because its address names no model',
  matrixRow: 'complaints',
  requires: ['responses-websocket'],
  diagnosis: {
    symptom:
      'Codex and the vendor’s own client cannot open a WebSocket at /v1/responses, with 400, 403 or a close at once; with ?model=… added to the address it opens.',
    cause:
      'The gateway chooses its upstream at the handshake, as for realtime sockets, which name the model in the address. For Responses the model is in each message, and another one may be in the next.',
    check: 'Ask for the upgrade with and without ?model=. When only the one with it is taken, it is this case.',
    remediation: 'Take the upgrade without a model, and choose the upstream for each response.create by its own model.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => {
    const turn = (name: string) => create({ model: name, input: [userSays('Say ok.')] });
    return {
      handshake: websocket([]),
      turns: websocket([turn(model()), turn(model('unlimited'))]),
      named: websocket([turn(model())], { path: `/v1/responses?model=${encodeURIComponent(model())}` }),
    };
  },
  expectations: [
    must('a-handshake-needs-no-model', ['handshake', 'named'], ({ handshake, named }) =>
      allOf(says(answerOnSocket(named), saidByUpstream), takenUp(handshake)),
    ),
    must('each-message-names-its-own-model', ['turns'], ({ turns }) => {
      const first = says(answerOnSocket(turns), saidByUpstream);
      return first.kind === 'holds' ? says(answerOnSocket(turns, 1), saidByUpstream) : first;
    }),
    must('a-handshake-may-name-a-model', ['named'], ({ named }) => says(answerOnSocket(named), saidByUpstream)),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'the reference proxy looks for the model in messages only; the kill matrix shows a gateway that wants it in the address',
  },
  live: { safe: false, because: 'section streaming and row 18 look at the upgrade of a live target' },
});
