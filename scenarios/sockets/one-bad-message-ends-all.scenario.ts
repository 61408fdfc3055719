import {
  allOf,
  answer,
  crossing,
  defineScenario,
  deviates,
  errorIn,
  holds,
  inShort,
  must,
  reachedUpstream,
  says,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';
import { answerOnSocket, websocket, type SocketMessage } from '#scenarios/kit/actions/websocket';

import { create, saidByUpstream, userSays } from '../codex-cli/asking.ts';

/** What is no request, 32 bytes of it: in a text frame, and in a binary one. */
const junk = { text: 'x'.repeat(32) };
const binaryJunk = { base64: Buffer.alloc(32, 0xff).toString('base64') };

const isTheCallersMistake = (sight: CallerSight, index: number): Reading => {
  const turn = answerOnSocket(sight, index);
  return turn.status === 400 && errorIn(turn) !== undefined
    ? holds()
    : deviates({ expected: `an error frame with status 400 for message ${index + 1}`, actual: inShort(sight) });
};

/** Sheet X4 (c), (e) 4, 5 and 6: what a socket does with messages that are no turn, and with two turns at once. */
export default defineScenario({
  id: 'sockets/one-bad-message-ends-all',
  title: 'One message that cannot be read ends a WebSocket, or a second question hangs',
  matrixRow: 'streaming',
  requires: ['responses-websocket'],
  diagnosis: {
    symptom:
      'A session over WebSocket dies after one odd message, and its conversation with it; or a second request on the socket is never answered.',
    cause:
      'The proxy treats a message that it cannot read as the end of the connection, or drops what comes while a turn runs. One socket answers one request at a time, in the order in which they came.',
    check:
      'Send {} on a fresh socket: an error frame with status 400 shows that frames travel both ways, and costs nothing. Then send a real request on the same socket.',
    remediation:
      'Answer each message that is no request with an error frame and go on; keep requests that come early until the running one has ended.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => {
    const turn = (text: string, after?: SocketMessage['after']) => create({ model: model(), input: [userSays(text)] }, after);
    const modelless = { json: { type: 'response.create', input: [userSays('Say ok.')] } };
    const early = { json: { type: 'response.append', input: [] } };
    return {
      unread: websocket([junk, { text: '{}' }, binaryJunk, early, modelless, turn('Say ok.')]),
      together: websocket([turn('Say ok.'), turn('Say it again.', 'at-once')]),
    };
  },
  expectations: [
    must('what-is-no-request-is-refused-in-a-frame', ['unread', 'together'], ({ unread, together }) =>
      allOf(says(answerOnSocket(together), saidByUpstream), ...[0, 1, 2, 3, 4].map((index) => isTheCallersMistake(unread, index))),
    ),
    must('a-socket-stays-open-after-what-it-cannot-read', ['unread'], ({ unread }) => says(answerOnSocket(unread, 5), saidByUpstream)),
    must('two-requests-at-once-are-answered-in-order', ['together'], ({ together }) =>
      allOf(says(answerOnSocket(together), saidByUpstream), says(answerOnSocket(together, 1), saidByUpstream)),
    ),
    must.behind('what-is-no-request-asks-no-upstream', ['unread'], ({ unread }) => reachedUpstream(unread, 1)),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'how it reads messages is part of the reference proxy; the kill matrix shows proxies that give up at the first',
  },
  live: { safe: false, because: 'a live target is asked nothing that it can only refuse, several times over' },
});
