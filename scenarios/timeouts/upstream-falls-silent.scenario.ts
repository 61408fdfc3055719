import { exchange } from '#fixtures/catalogue';
import type { Play, UpstreamRequest } from '#fixtures/upstreams/script';
import { allOf, answer, converse, defineScenario, must, says, should, type Cell } from '#scenarios/kit/index';

import { doesNotEndWell, endsInAnError } from '../complaints/stream-end.ts';
import { samePairs } from '../complaints/upstreams.ts';
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
const onlyBegins = '[the vendor sends its head alone]';
const stopsTalking = '[the vendor stops in the middle]';
const slowButAlive = '[the vendor is slow and never silent]';
const cutByItsIngress = '[a hop before the vendor gives up]';

/** Pieces that come well within the patience, and together take longer than it. */
const pieceMs = 300;
const pieces = 8;

const slowly = (request: UpstreamRequest): Play => {
  const { response } = exchange(textOf(request));
  const bytes = response.chunks.reduce((sum, chunk) => sum + ('utf8' in chunk ? Buffer.byteLength(chunk.utf8) : 0), 0);
  return { exchange: textOf(request), dribble: { bytes: Math.ceil(bytes / pieces), everyMs: pieceMs } };
};

/** The page of a CDN between the proxy and the vendor (sheet X5 b 8). */
const pageOfTheIngress = ({ surface }: UpstreamRequest): Play => {
  const known = exchange(`${surface}/server-error`);
  const utf8 = '<html><head><title>524: A timeout occurred</title></head><body><h1>A timeout occurred</h1></body></html>';
  const response = {
    ...known.response,
    status: 524,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    chunks: [{ afterMs: 0, utf8 }],
  };
  return { exchange: known.id, made: { ...known, response } };
};

/** What is not streamed comes in one piece, and has no middle. */
const inStreams = { appliesTo: ({ stream }: Cell) => stream };

/** Sheet X5 (b) 1 to 5 and 8, (d), (e) 3. */
export default defineScenario({
  id: 'timeouts/upstream-falls-silent',
  title: 'An upstream that falls silent holds its callers for ever',
  matrixRow: 'timeouts',
  requires: ['upstream-timeouts'],
  diagnosis: {
    symptom: 'Requests never end, or end after exactly 60, 100 or 300 seconds with the page of an ingress or a reset connection.',
    cause:
      'The upstream took the request and fell silent, before its head or in the midst of its answer, and the proxy has no timer for silence: the caller waits for as long as the next hop does.',
    check:
      'Note after how many seconds it ends and whose words the error is in: a page of HTML is an ingress’, JSON in the dialect is the proxy’s. A clean end without a status is a timer of the client.',
    remediation:
      'Give the proxy a bound on silence (request-timeout-seconds) that is below the timer of every hop before it, and above the longest thinking of the models; stream, so that silence is short.',
  },
  cells: samePairs(false, true),
  upstream: () =>
    answer('text')
      .when(marked(neverAnswers), (request) => ({ exchange: textOf(request), delayMs: silenceMs }))
      .when(marked(onlyBegins), (request) => ({ exchange: textOf(request), fault: { afterEvents: 0, ending: 'stall' } }))
      .when(marked(stopsTalking), (request) => ({ exchange: textOf(request), fault: { afterEvents: 2, ending: 'stall' } }))
      .when(marked(slowButAlive), slowly)
      .when(marked(cutByItsIngress), pageOfTheIngress),
  steps: ({ cell, model }) => {
    const ask = (marker: string, more: { readonly after?: readonly string[] } = {}) =>
      converse(cell, { model: model(), text: `Say ok. ${marker}`, maxOutputTokens: 16 }, { timeoutMs: callerMs, ...more });
    return {
      silent: ask(neverAnswers),
      begun: ask(onlyBegins),
      stopped: ask(stopsTalking),
      slow: ask(slowButAlive),
      cut: ask(cutByItsIngress),
      next: ask('', { after: ['silent', 'begun'] }),
    };
  },
  expectations: [
    must('an-upstream-that-never-answers-is-given-up', ['silent'], ({ silent }) => allOf(givenUp(silent), isServersFault(silent))),
    must('an-upstream-that-only-begins-is-given-up', ['begun'], ({ begun }) => givenUp(begun)),
    must(
      'a-stream-that-stops-in-the-middle-is-given-up',
      ['stopped'],
      ({ stopped }) => allOf(givenUp(stopped), doesNotEndWell(stopped)),
      inStreams,
    ),
    should('who-is-given-up-on-is-told-that-it-took-too-long', ['silent'], ({ silent }) => saysThatTimeIsUp(silent)),
    must.behind('an-upstream-that-is-given-up-is-let-go', ['silent', 'begun'], ({ silent, begun }) => allOf(letGo(silent), letGo(begun))),
    must.behind('a-stream-that-is-given-up-is-let-go', ['stopped'], ({ stopped }) => letGo(stopped), inStreams),
    must.behind('a-stream-that-is-slow-is-waited-for', ['slow'], ({ slow }) => says(slow, saidByUpstream), inStreams),
    must.behind('a-page-of-an-ingress-is-told-as-an-error-of-the-dialect', ['cut'], ({ cut }) =>
      allOf(endsInAnError(cut), isServersFault(cut)),
    ),
    must.behind('the-next-question-is-answered', ['next'], ({ next }) => says(next, saidByUpstream)),
  ],
  remedy: { config: { 'request-timeout-seconds': patienceSeconds, 'request-retry': 0 } },
  symptom: {
    config: { 'request-timeout-seconds': silenceMs / 1_000, 'request-retry': 0 },
    // One cell: each sits and waits for as long as its caller does.
    violates: ({ client, stream }) =>
      client === 'openai-chat' && stream
        ? [
            'an-upstream-that-never-answers-is-given-up',
            'an-upstream-that-only-begins-is-given-up',
            'a-stream-that-stops-in-the-middle-is-given-up',
          ]
        : [],
  },
  live: { safe: false, because: 'a real vendor cannot be asked to fall silent' },
});
