import { exchange } from '#fixtures/catalogue';
import type { Play, Script, UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  converse,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  says,
  should,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { doesNotEndWell, endsInAnError } from '../complaints/stream-end.ts';
import { everyPair } from '../complaints/upstreams.ts';
import { said } from './in-step.ts';

const nothingComes = '[200 and nothing behind it]';
const onlyComments = '[200 and comments alone]';

const marked =
  (marker: string) =>
  ({ bodyBytes }: UpstreamRequest): boolean =>
    bodyBytes.includes(marker);

/** The head of the vendor's answer, in the mode that was asked for, and this for a body. */
const headAnd =
  (utf8: string): Script =>
  ({ surface, stream }): Play => {
    const known = exchange(`${surface}/text${stream ? '.stream' : ''}`);
    const chunks = utf8 === '' ? [] : [{ afterMs: 0, utf8 }];
    return { exchange: known.id, made: { ...known, response: { ...known.response, chunks } } };
  };

/** Who got an error knows; a regular end, with or without its marker, would be an answer of no words. */
const toldAsFailed = (sight: CallerSight): Reading =>
  sight.end === 'complete'
    ? allOf(endsInAnError(sight), doesNotEndWell(sight))
    : deviates({ expected: 'an error that is whole', actual: inShort(sight) });

/** Clients do not repeat what they are blamed for. 408 is what some builds say of a vendor that ends too early (sheet row 17 (c)). */
const isNoFaultOfTheCaller = (sight: CallerSight): Reading =>
  sight.status >= 500 || sight.status === 408 || (sight.status === 200 && endsInAnError(sight).kind === 'holds')
    ? holds()
    : deviates({ expected: 'a status of 5xx, or an error inside of the stream', actual: inShort(sight) });

/** Sheet row 17 (c), fixture `oai-empty`: builds of February answer 200 with `[DONE]` alone, or with no byte. */
export default defineScenario({
  id: 'streaming/stream-is-empty',
  title: 'The vendor says 200 and sends nothing, and the caller gets an empty answer without an error',
  matrixRow: 17,
  requires: [],
  diagnosis: {
    symptom:
      'Some answers are empty: status 200, no text, no error, and in streams at most a [DONE]. Clients show nothing, or wait for more.',
    cause:
      'The vendor, or a hop before it, ended its answer before the first event. The proxy had sent its status line, or takes the end of the connection for the end of the answer.',
    check:
      'curl -N the same request and look at the bytes: a 200 without an event of the model. The log has the request as a success with no tokens.',
    remediation:
      'Wait for the first event of the vendor before the status line goes out, and answer its absence with a status of 5xx, or with the error event of the dialect where the head is out; another credential may be asked first.',
  },
  cells: everyPair(false, true),
  upstream: () =>
    answer('text').when(marked(nothingComes), headAnd('')).when(marked(onlyComments), headAnd(': one moment\n\n: one moment\n\n')),
  steps: ({ cell, model }) => {
    const ask = (marker: string) => converse(cell, { model: model(), text: `Say ok. ${marker}`, maxOutputTokens: 16 });
    return { well: ask(''), empty: ask(nothingComes), comments: ask(onlyComments) };
  },
  expectations: [
    // Beside an answer that is there: a target that only knows errors tells nothing.
    must('an-empty-answer-is-told-as-a-failure', ['well', 'empty'], ({ well, empty }) => allOf(says(well, said), toldAsFailed(empty))),
    must(
      'a-stream-of-comments-alone-is-told-as-a-failure',
      ['well', 'comments'],
      ({ well, comments }) => allOf(says(well, said), toldAsFailed(comments)),
      {
        appliesTo: ({ stream }) => stream,
      },
    ),
    should('an-empty-answer-is-no-fault-of-the-caller', ['well', 'empty'], ({ well, empty }) =>
      allOf(says(well, said), isNoFaultOfTheCaller(empty)),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'the reference proxy waits for the first event and has no other way; the kill matrix shows proxies that hand the emptiness on',
  },
  live: { safe: false, because: 'a real upstream cannot be asked to send nothing' },
});
