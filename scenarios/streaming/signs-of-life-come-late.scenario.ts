import {
  allOf,
  cannotTell,
  converse,
  answer,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  says,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { endsInAnError } from '../complaints/stream-end.ts';
import { samePairs } from '../complaints/upstreams.ts';
import { arrivedInStep, failsAfterSilence, said, silentAtFirst } from './in-step.ts';

const thinksLong = '[the vendor thinks for long]';
const thinksInVain = '[the vendor thinks and fails]';

const isComment = (line: string): boolean => line.startsWith(':');

/**
 * The comments of a stream, and whether each stands by itself, between two events. Torn ones count wherever they are; but a stream that had
 * its first event before its first comment says nothing for a proxy, as it is by chance whether a comment still comes before it ends.
 */
const commentsAlone = ({ bodyText }: CallerSight): Reading => {
  const frames = bodyText.split(/\r?\n\r?\n/).map((frame) => frame.split(/\r?\n/).filter((line) => line !== ''));
  const torn = frames.find((lines) => lines.some(isComment) && !lines.every(isComment));
  if (torn !== undefined) return deviates({ expected: 'comments between events', actual: torn.join('\n') });
  return frames[0]?.some(isComment) === true ? holds() : cannotTell('not-exercised', 'no comment came before the first event');
};

const toldInTheStream = (sight: CallerSight): Reading => {
  if (sight.status === 504 || sight.status === 0) return deviates({ expected: 'an error of the proxy’s own', actual: inShort(sight) });
  return endsInAnError(sight);
};

/** Sheet row 17 (c), CLIProxyAPI#4280: comments begin only behind the first payload, so that a slow first token is total silence. */
export default defineScenario({
  id: 'streaming/signs-of-life-come-late',
  title: 'Nothing is sent while the model thinks, and a reverse proxy loses patience',
  matrixRow: 17,
  requires: ['keep-alives'],
  diagnosis: {
    symptom:
      'Long thinking ends in a 504 page of the reverse proxy, or in a 524, always after the same time, although keep-alives are switched on.',
    cause:
      'The proxy sends head and keep-alives only behind the first token. Until then nothing goes over the line, and a hop with an idle timeout gives up.',
    check:
      'Ask something that needs long thinking with curl -N at the proxy’s own address: are there lines that begin with a colon before the first event?',
    remediation:
      'Begin keep-alives with the request (streaming.keepalive-seconds well below the shortest idle timeout), so that the head is out early; what fails after that is told inside of the stream. Give hops a longer proxy_read_timeout.',
  },
  cells: samePairs(true),
  ground: { between: { buffering: 'unless-asked-not-to', idleMs: 1_000 } },
  upstream: () =>
    answer('text')
      .when(({ bodyBytes }) => bodyBytes.includes(thinksLong), silentAtFirst)
      .when(({ bodyBytes }) => bodyBytes.includes(thinksInVain), failsAfterSilence),
  steps: ({ cell, model }) => {
    const ask = (text: string, via: { readonly via?: 'own-address' } = {}) =>
      converse(cell, { model: model(), text: `Say ok. ${text}`, maxOutputTokens: 16 }, via);
    return { through: ask(thinksLong), around: ask(thinksLong, { via: 'own-address' }), failing: ask(thinksInVain) };
  },
  expectations: [
    must.behind('who-waits-for-the-first-token-gets-signs-of-life', ['around'], ({ around }) =>
      allOf(says(around, said), arrivedInStep(around)),
    ),
    must('a-reverse-proxy-keeps-its-patience-while-the-model-thinks', ['through'], ({ through }) => says(through, said)),
    must('signs-of-life-stand-between-events', ['around'], ({ around }) => commentsAlone(around)),
    must('a-failure-behind-signs-of-life-is-told-in-the-stream', ['failing'], ({ failing }) => toldInTheStream(failing)),
  ],
  remedy: { config: { streaming: { 'keepalive-seconds': 0.05 } } },
  symptom: {
    config: { streaming: { 'keepalive-seconds': 0.05 }, persona: 'cliproxyapi-2026-08' },
    violates: () => [
      'who-waits-for-the-first-token-gets-signs-of-life',
      'a-reverse-proxy-keeps-its-patience-while-the-model-thinks',
      'a-failure-behind-signs-of-life-is-told-in-the-stream',
    ],
  },
  live: { safe: false, because: 'a real model cannot be asked to think for as long as a hop has patience' },
});
