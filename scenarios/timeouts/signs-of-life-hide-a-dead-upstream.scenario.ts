import { allOf, answer, converse, defineScenario, must, says, should } from '#scenarios/kit/index';

import { doesNotEndWell } from '../complaints/stream-end.ts';
import { twoPairs } from '../streaming/pairs.ts';
import {
  callerMs,
  givenUp,
  isServersFault,
  letGo,
  marked,
  patienceSeconds,
  saidByUpstream,
  saysThatTimeIsUp,
  silenceMs,
  textOf,
} from './given-up.ts';

const neverAnswers = '[the vendor never answers]';
const stopsTalking = '[the vendor stops in the middle]';

/** Signs of life come many times in the silence that the target is told to bear. */
const bearing = (seconds: number) => ({ 'request-timeout-seconds': seconds, 'request-retry': 0, streaming: { 'keepalive-seconds': 0.05 } });

/** Sheet X5 (e) 1, where row 17 meets the timers: what the proxy writes itself must not count as a word of the vendor. */
export default defineScenario({
  id: 'timeouts/signs-of-life-hide-a-dead-upstream',
  title: 'Keep-alives go on for ever for an upstream that is dead',
  matrixRow: 'timeouts',
  requires: ['upstream-timeouts', 'keep-alives'],
  diagnosis: {
    symptom:
      'Since keep-alives are on, no request ends in a 504 any more; some never end at all. The line shows comments every few seconds and nothing else, for hours.',
    cause:
      'The timer of the proxy looks at what goes over the caller’s line, where its own keep-alives go, too; or there was none but that of a hop, which the keep-alives put off.',
    check:
      'curl -N a request that hangs: only lines that begin with a colon, longer than the proxy’s bound on silence. The vendor’s own address is silent.',
    remediation:
      'Measure silence at the vendor’s side (request-timeout-seconds), whatever the caller is sent meanwhile, and tell the end of patience inside of the stream: its status has gone out with the first sign of life.',
  },
  cells: twoPairs,
  upstream: () =>
    answer('text')
      .when(marked(neverAnswers), (request) => ({ exchange: textOf(request), delayMs: silenceMs }))
      .when(marked(stopsTalking), (request) => ({ exchange: textOf(request), fault: { afterEvents: 2, ending: 'stall' } })),
  steps: ({ cell, model }) => {
    const ask = (marker: string) =>
      converse(cell, { model: model(), text: `Say ok. ${marker}`, maxOutputTokens: 16 }, { timeoutMs: callerMs });
    return { well: ask(''), silent: ask(neverAnswers), stopped: ask(stopsTalking) };
  },
  expectations: [
    must('an-upstream-that-never-answers-is-given-up-whatever-was-sent', ['well', 'silent'], ({ well, silent }) =>
      allOf(says(well, saidByUpstream), givenUp(silent), isServersFault(silent)),
    ),
    must('a-stream-that-stops-is-given-up-whatever-was-sent', ['well', 'stopped'], ({ well, stopped }) =>
      allOf(says(well, saidByUpstream), givenUp(stopped), doesNotEndWell(stopped)),
    ),
    should('the-stream-says-that-it-took-too-long', ['silent'], ({ silent }) => saysThatTimeIsUp(silent)),
    must.behind('a-dead-upstream-is-let-go', ['silent', 'stopped'], ({ silent, stopped }) => allOf(letGo(silent), letGo(stopped))),
  ],
  remedy: { config: bearing(patienceSeconds) },
  symptom: {
    config: bearing(silenceMs / 1_000),
    // One cell: it waits for as long as its caller does.
    violates: ({ client }) =>
      client === 'openai-chat'
        ? ['an-upstream-that-never-answers-is-given-up-whatever-was-sent', 'a-stream-that-stops-is-given-up-whatever-was-sent']
        : [],
  },
  live: { safe: false, because: 'a real vendor cannot be asked to fall silent' },
});
