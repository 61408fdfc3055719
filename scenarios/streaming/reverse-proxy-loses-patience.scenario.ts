import { exchange } from '#fixtures/catalogue';
import type { SurfaceId } from '#fixtures/exchange';
import type { Play } from '#fixtures/upstreams/script';
import { answer, converse, defineScenario, must, says } from '#scenarios/kit/index';

import { twoPairs } from './pairs.ts';
import { said } from './in-step.ts';

const slowToBegin = '[the first token takes its time]';
const pauses = '[the model pauses]';

/** Longer than the impatient reverse proxy waits, and far below what a patient one does. */
const silenceMs = 1_200;
const impatienceMs = 300;

/** The vendor's answer with a silence before its second word. */
const pausing = (surface: SurfaceId): Play => {
  const known = exchange(`${surface}/text.stream`);
  const chunks = known.response.chunks.map((chunk) =>
    'utf8' in chunk && chunk.utf8.includes('" says"') && !chunk.utf8.includes('.done') ? { ...chunk, afterMs: silenceMs } : chunk,
  );
  return { exchange: known.id, made: { ...known, response: { ...known.response, chunks } } };
};

/** Sheet row 17 (d), (e) 1 to 3 of X5: timers of a hop that look at silence only. */
export default defineScenario({
  id: 'streaming/reverse-proxy-loses-patience',
  title: 'A reverse proxy ends streams that are silent for a while',
  matrixRow: 17,
  requires: [],
  diagnosis: {
    symptom:
      'Answers that begin late are a 504 page of HTML, answers with a pause inside break off without a word: always after the same time. Short answers are fine.',
    cause:
      'A hop before the proxy has an idle timeout (proxy_read_timeout) that is shorter than the model’s silences, and no keep-alive comes in time.',
    check:
      'Note after how many seconds it ends: 60, 100, 125 or 300 name the hop. An HTML body is the reverse proxy’s; the same question at the proxy’s own address is answered.',
    remediation: 'Give the hop a proxy_read_timeout longer than the longest thinking, or set streaming.keepalive-seconds below it.',
  },
  cells: twoPairs,
  ground: { between: { buffering: 'unless-asked-not-to' } },
  upstream: () =>
    answer('text')
      .when(
        ({ bodyBytes }) => bodyBytes.includes(slowToBegin),
        ({ surface }) => ({ exchange: `${surface}/text.stream`, delayMs: silenceMs }),
      )
      .when(
        ({ bodyBytes }) => bodyBytes.includes(pauses),
        ({ surface }) => pausing(surface),
      ),
  steps: ({ cell, model }) => {
    const ask = (text: string, via: { readonly via?: 'own-address' } = {}) =>
      converse(cell, { model: model(), text: `Say ok. ${text}`, maxOutputTokens: 16 }, via);
    return {
      late: ask(slowToBegin),
      pausing: ask(pauses),
      lateAround: ask(slowToBegin, { via: 'own-address' }),
      pausingAround: ask(pauses, { via: 'own-address' }),
    };
  },
  expectations: [
    must('a-late-first-token-is-waited-for', ['late'], ({ late }) => says(late, said)),
    must('a-pause-inside-of-an-answer-is-waited-for', ['pausing'], ({ pausing: through }) => says(through, said)),
    must('a-late-first-token-arrives-at-its-own-address', ['lateAround'], ({ lateAround }) => says(lateAround, said)),
    must('an-answer-with-a-pause-arrives-at-its-own-address', ['pausingAround'], ({ pausingAround }) => says(pausingAround, said)),
  ],
  remedy: { config: { streaming: { 'keepalive-seconds': 0 } } },
  symptom: {
    config: { streaming: { 'keepalive-seconds': 0 } },
    ground: { between: { buffering: 'unless-asked-not-to', idleMs: impatienceMs } },
    violates: () => ['a-late-first-token-is-waited-for', 'a-pause-inside-of-an-answer-is-waited-for'],
  },
  live: { safe: false, because: 'a real model cannot be asked to be silent for a known time' },
});
