import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  answerIn,
  answers,
  cannotTell,
  clientDialects,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  says,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { usageTold } from '../usage/told-usage.ts';

/** As some vendors do for models that they route elsewhere (sheet R9): the same question is answered plain, and refused as a stream. */
const refusesStreams = ({ surface, stream }: UpstreamRequest): boolean => surface === 'iflow' && stream;

/** Live, a question that fails plain is in another trouble than that of a mode. */
const whenPlainWorks = (plain: CallerSight, judge: () => Reading): Reading => {
  const reading = answers(plain);
  if (reading.kind === 'holds') return judge();
  return plain.live === true ? cannotTell('prerequisite-failed', `the plain question fails: ${inShort(plain)}`) : reading;
};

type Read = (sight: CallerSight) => unknown;

/** Whether the same is read of both answers; a live model may do otherwise the second time. */
const sameOf = (plain: CallerSight, streamed: CallerSight, what: string, read: Read): Reading => {
  const [one, other] = [read(plain), read(streamed)];
  if (one !== undefined && JSON.stringify(one) === JSON.stringify(other)) return holds();
  return plain.live === true && one !== undefined && other !== undefined
    ? cannotTell('model-declined', `${what}: two answers of a model may differ`)
    : deviates({ expected: `the same ${what} in both modes`, actual: { plain: one ?? 'none', streamed: other ?? 'none' } });
};

const alike = (plain: CallerSight, streamed: CallerSight, what: string, read: Read): Reading =>
  whenPlainWorks(plain, () => allOf(answers(streamed), sameOf(plain, streamed, what, read)));

/** A real model's count and words are its own: live it is enough that there are some. */
const tokensIn = (sight: CallerSight): unknown => (sight.live === true ? usageTold(sight) && 'some' : usageTold(sight));

const sayTheSame = (plain: CallerSight, streamed: CallerSight): Reading =>
  plain.live === true
    ? whenPlainWorks(plain, () => allOf(says(plain, ''), says(streamed, '')))
    : alike(plain, streamed, 'text', (sight) => answerIn(sight)?.text.trim() || undefined);

export default defineScenario({
  id: 'container/modes-differ',
  title: 'After the new image, the same question works in one mode only',
  matrixRow: 4,
  requires: [],
  diagnosis: {
    symptom:
      'The container is healthy and lists its models; tools that stream fail or get half an answer, tools that do not are content, or the other way round.',
    cause:
      'The image is another build than the configuration was written for, or a hop before it treats streams otherwise: what was retried, asked for or put together in one of the two modes is not.',
    check: 'Ask the same twice, "stream": false and "stream": true, at most 16 tokens each. Compare status, finish reason, text and usage.',
    remediation:
      'Pin the build that passed in both modes, by its digest, and compare both modes again after each change of image or configuration.',
  },
  // Both modes are asked in every cell.
  cells: crossing({ clients: clientDialects, upstreams: ['openai-chat', 'iflow'], streams: [true] }),
  upstream: () => answer('text').when(refusesStreams, 'iflow/not-acceptable'),
  steps: ({ cell, model }) => {
    const ask = (stream: boolean) => converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16, stream });
    return { plain: ask(false), streamed: ask(true) };
  },
  expectations: [
    must('the-question-is-answered-without-streaming', ['plain'], ({ plain }) => says(plain, 'Wireproof says ok.')),
    must('both-modes-have-the-same-status', ['plain', 'streamed'], ({ plain, streamed }) =>
      whenPlainWorks(plain, () =>
        streamed.status === plain.status
          ? holds()
          : deviates({ expected: `status ${plain.status} as without streaming`, actual: inShort(streamed) }),
      ),
    ),
    must('both-modes-end-for-the-same-reason', ['plain', 'streamed'], ({ plain, streamed }) =>
      alike(plain, streamed, 'finish reason', (sight) => answerIn(sight)?.stop),
    ),
    must('both-modes-say-the-same', ['plain', 'streamed'], ({ plain, streamed }) => sayTheSame(plain, streamed)),
    must('both-modes-tell-the-same-tokens', ['plain', 'streamed'], ({ plain, streamed }) => alike(plain, streamed, 'usage', tokensIn)),
  ],
  remedy: { proxy: ['iflow-retry-non-stream'] },
  symptom: {
    violates: ({ upstream }) =>
      upstream === 'iflow'
        ? [
            'both-modes-have-the-same-status',
            'both-modes-end-for-the-same-reason',
            'both-modes-say-the-same',
            'both-modes-tell-the-same-tokens',
          ]
        : [],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 32, timeoutMs: 60_000 },
});
