import { exchange } from '#fixtures/catalogue';
import type { Exchange, SurfaceId } from '#fixtures/exchange';
import { answer, converse, defineScenario, must, says } from '#scenarios/kit/index';

import { samePairs } from '../complaints/upstreams.ts';

const manyWords = '[in many words]';

/** So many events take a proxy some milliseconds, and one that holds each for 50 ms twice the bound. */
const times = 400;
const boundMs = 10_000;

const ordinary = /"(?:delta|content|text)":" says"/;

/** The vendor's answer with its second word many times over, written at once. */
const inManyWords = (surface: SurfaceId): Exchange => {
  const known = exchange(`${surface}/text.stream`);
  const chunks = known.response.chunks.flatMap((chunk) => {
    const isWord = 'utf8' in chunk && ordinary.test(chunk.utf8) && !chunk.utf8.includes('output_text.done');
    return isWord ? [{ afterMs: 0, utf8: chunk.utf8.repeat(times) }] : [chunk];
  });
  return { ...known, response: { ...known.response, chunks } };
};

/** performance.md 3.3 row 7: proxies that wait a moment per event, by a timer, a lock or a log line. */
export default defineScenario({
  id: 'streaming/each-event-costs-time',
  title: 'Each event of a stream is held for a moment, and long answers crawl',
  matrixRow: 'streaming',
  requires: [],
  diagnosis: {
    symptom: 'Words appear one by one but slowly, and ever later behind the vendor’s; the same answer without stream is there in a moment.',
    cause:
      'Every event waits for something: a timer that smoothes the output, a lock, a write to a log or a database before it is passed on.',
    check:
      'Ask for a long answer with and without stream and compare the times until the end; divide the difference by the number of events.',
    remediation: 'Pass an event on before anything is done with it. Smooth output in the client, and write logs behind the answer.',
  },
  cells: samePairs(true),
  upstream: () =>
    answer('text').when(
      ({ bodyBytes }) => bodyBytes.includes(manyWords),
      ({ surface }) => {
        const made = inManyWords(surface);
        return { exchange: made.id, made };
      },
    ),
  steps: ({ cell, model }) => ({
    long: converse(cell, { model: model(), text: `Say ok. ${manyWords}`, maxOutputTokens: 1_024 }, { timeoutMs: boundMs }),
  }),
  expectations: [
    must('four-hundred-events-take-no-noticeable-time', ['long'], ({ long }) => says(long, `Wireproof${' says'.repeat(times)} ok.`)),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'the reference proxy has nothing that an event waits for; the kill matrix shows a proxy that has',
  },
  live: { safe: false, because: 'a real model takes its own time for each word' },
});
