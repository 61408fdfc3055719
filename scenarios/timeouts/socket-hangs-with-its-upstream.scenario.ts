import { answerOnSocket, websocket } from '#scenarios/kit/actions/websocket';
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
  says,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { create, userSays } from '../codex-cli/asking.ts';
import { endsWithAWord, toldInAFrame } from '../sockets/broken-turns.ts';
import { callerMs, letGo, marked, patienceSeconds, saidByUpstream, silenceMs, textOf } from './given-up.ts';

const neverAnswers = '[the vendor never answers]';
const stopsTalking = '[the vendor stops in the middle]';

/** Behind some events of the turn, its error comes last: what follows is the next turn. */
const isTold = (sight: CallerSight): Reading => {
  const turn = answerOnSocket(sight);
  return turn.end === 'complete' && errorIn(turn) !== undefined
    ? holds()
    : deviates({ expected: 'an error frame', actual: inShort(sight) });
};

/** The requests to the vendor that one turn led to: another turn is asked behind it. */
const ofTurn = (sight: FullSight, marker: string): FullSight => ({ ...sight, upstreamCalls: sight.upstreamCalls.filter(marked(marker)) });

/** Sheet X4 (e) 5 and X5 (b) 1 to 3: on a socket a turn without an end holds every turn behind it. */
export default defineScenario({
  id: 'timeouts/socket-hangs-with-its-upstream',
  title: 'One turn whose vendor falls silent holds a WebSocket for ever',
  matrixRow: 'timeouts',
  requires: ['upstream-timeouts', 'responses-websocket'],
  diagnosis: {
    symptom:
      'A session over WebSocket stands still in the middle of a turn; questions behind it are not answered either, and nothing is said until the client gives up.',
    cause:
      'The vendor fell silent and the proxy has no timer for it on sockets. A socket answers one request at a time, so that the next one waits for a turn that does not end.',
    check:
      'Ask the same over POST /v1/responses: an error after the proxy’s bound on silence there, and nothing on the socket, is this case.',
    remediation:
      'Let the bound on silence (request-timeout-seconds) count for turns on sockets, too: an error frame ends the turn, and the socket goes on or is closed with a code. Until then set supports_websockets = false.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['codex'], streams: [true] }),
  upstream: () =>
    answer('text')
      .when(marked(neverAnswers), (request) => ({ exchange: textOf(request), delayMs: silenceMs }))
      .when(marked(stopsTalking), (request) => ({ exchange: textOf(request), fault: { afterEvents: 2, ending: 'stall' } })),
  steps: ({ model }) => {
    const turn = (text: string) => create({ model: model(), input: [userSays(`Say ok. ${text}`)] });
    return {
      well: websocket([turn('')]),
      silent: websocket([turn(neverAnswers), turn('')], { timeoutMs: callerMs }),
      stopped: websocket([turn(stopsTalking), turn('')], { timeoutMs: callerMs }),
    };
  },
  expectations: [
    must('a-turn-that-is-never-answered-is-told-as-failed', ['well', 'silent'], ({ well, silent }) =>
      allOf(says(answerOnSocket(well), saidByUpstream), toldInAFrame(silent)),
    ),
    must('a-turn-that-stops-in-the-middle-is-told-as-failed', ['well', 'stopped'], ({ well, stopped }) =>
      allOf(says(answerOnSocket(well), saidByUpstream), isTold(stopped)),
    ),
    must('no-socket-hangs-behind-a-turn-that-was-given-up', ['well', 'silent', 'stopped'], ({ well, silent, stopped }) =>
      allOf(says(answerOnSocket(well), saidByUpstream), endsWithAWord(silent), endsWithAWord(stopped)),
    ),
    must.behind('an-upstream-that-a-socket-gave-up-is-let-go', ['silent', 'stopped'], ({ silent, stopped }) =>
      allOf(letGo(ofTurn(silent, neverAnswers)), letGo(ofTurn(stopped, stopsTalking))),
    ),
  ],
  remedy: { config: { 'request-timeout-seconds': patienceSeconds, 'request-retry': 0 } },
  symptom: {
    config: { 'request-timeout-seconds': silenceMs / 1_000, 'request-retry': 0 },
    violates: () => [
      'a-turn-that-is-never-answered-is-told-as-failed',
      'a-turn-that-stops-in-the-middle-is-told-as-failed',
      'no-socket-hangs-behind-a-turn-that-was-given-up',
    ],
  },
  live: { safe: false, because: 'a real vendor cannot be asked to fall silent' },
});
