import type { SurfaceId } from '#fixtures/exchange';
import type { Ending, Script, UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  answerIn,
  converse,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { doesNotEndWell, endsInAnError, isExercised } from './stream-end.ts';
import { everyPair } from './upstreams.ts';

/** Events of each vendor's stream up to and with the first word. */
const upToTheFirstWord: Partial<Readonly<Record<SurfaceId, number>>> = {
  'openai-chat': 2,
  'openai-responses': 5,
  'anthropic-messages': 4,
  'gemini-generate': 1,
};
const firstWord = 'Wireproof';

const connectionBreaks = '[the connection breaks]';
const justStops = '[the stream just stops]';
const tellsAnError = '[the vendor tells an error]';
const beginsWithAnError = '[the first event is an error]';

const marked = (marker: string) => (request: UpstreamRequest) => request.bodyBytes.includes(marker);

/** A JSON array, which Google sends to who does not ask for events, has no event for errors: it just stops. */
const endingOf = (ending: Ending, { surface, query }: UpstreamRequest): Ending =>
  ending === 'error-event' && surface === 'gemini-generate' && !query.includes('alt=sse') ? 'clean-eof' : ending;

const broken =
  (ending: Ending, events: (surface: SurfaceId) => number): Script =>
  (request) => ({
    exchange: `${request.surface}/text.stream`,
    fault: { afterEvents: events(request.surface), ending: endingOf(ending, request) },
  });
const midway = (surface: SurfaceId): number => upToTheFirstWord[surface] ?? 1;

const breakingUpstream = answer('text')
  .when(marked(connectionBreaks), broken('reset', midway))
  .when(marked(justStops), broken('clean-eof', midway))
  .when(marked(tellsAnError), broken('error-event', midway))
  .when(
    marked(beginsWithAnError),
    broken('error-event', () => 0),
  );

const delivers = (sight: CallerSight): Reading => {
  const text = answerIn(sight)?.text;
  return text === firstWord ? holds() : deviates({ expected: firstWord, actual: text ?? inShort(sight) });
};

const endsCleanly = (sight: CallerSight): Reading =>
  isExercised(sight) && sight.end === 'complete'
    ? holds()
    : deviates({ expected: 'an answer whose framing is whole', actual: inShort(sight) });

/** Complaint 1 of ten (see README.md): CLIProxyAPI 346 and 4682, preloop 117, llm-rosetta 481, cortex 860. */
export default defineScenario({
  id: 'complaints/stream-ends-early',
  title: 'A stream that breaks upstream looks finished, or just stops',
  matrixRow: 'complaints',
  requires: [],
  diagnosis: {
    symptom:
      'A streamed answer stops in the middle with status 200. The client shows half a sentence as the whole answer, or waits for an end that never comes.',
    cause:
      'The upstream’s connection broke, or its stream told an error, after the status line had gone out. The proxy closes the caller’s stream without a word, or closes it with the end marker of a whole answer.',
    check:
      'Look at the last event of the stream: every dialect has one for a whole answer and one for a failure, and one of the two must be there.',
    remediation:
      'Tell the failure as the dialect does (an error object, event: error, response.failed), never invent [DONE], message_stop or a finish reason, and end the framing of the answer.',
  },
  cells: everyPair(true),
  upstream: () => breakingUpstream,
  steps: ({ cell, model }) => {
    const ask = (marker: string) => converse(cell, { model: model(), text: `Say ok. ${marker}`, maxOutputTokens: 16 });
    return {
      reset: ask(connectionBreaks),
      silent: ask(justStops),
      told: ask(tellsAnError),
      atOnce: ask(beginsWithAnError),
    };
  },
  expectations: [
    must('a-broken-connection-ends-in-an-error', ['reset'], ({ reset }) => endsInAnError(reset)),
    must('a-stream-that-just-stops-ends-in-an-error', ['silent'], ({ silent }) => endsInAnError(silent)),
    must('an-error-of-the-vendor-is-told', ['told'], ({ told }) => endsInAnError(told)),
    must('an-error-before-the-first-word-is-told', ['atOnce'], ({ atOnce }) => endsInAnError(atOnce)),
    must('nothing-says-that-the-answer-is-whole', ['reset', 'silent', 'told', 'atOnce'], ({ reset, silent, told, atOnce }) =>
      allOf(...[reset, silent, told, atOnce].map(doesNotEndWell)),
    ),
    must('what-came-before-the-break-is-delivered', ['silent', 'told'], ({ silent, told }) => allOf(delivers(silent), delivers(told))),
    must('the-framing-of-the-answer-is-whole', ['reset', 'silent', 'told', 'atOnce'], ({ reset, silent, told, atOnce }) =>
      allOf(...[reset, silent, told, atOnce].map(endsCleanly)),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'telling a failure is part of how the reference proxy writes streams; the kill matrix shows proxies that do not',
  },
  live: { safe: false, because: 'a real upstream cannot be asked to break its stream' },
});
