import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  answer,
  converse,
  defineScenario,
  deviates,
  errorIn,
  holds,
  inShort,
  must,
  reachedUpstream,
  says,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { everyPair } from './upstreams.ts';

const saidByUpstream = 'Wireproof says ok.';
/** The vendor's streams begin with an error, the first time or always. */
const failsOnce = '[the first try fails]';
const failsAlways = '[every try fails]';

const failing = ({ bodyBytes, callIndex }: UpstreamRequest): boolean =>
  bodyBytes.includes(failsAlways) || (bodyBytes.includes(failsOnce) && callIndex === 0);

const failingUpstream = answer('text').when(failing, ({ surface }) => ({
  exchange: `${surface}/text.stream`,
  fault: { afterEvents: 0, ending: 'error-event' },
}));

const triedTwice = (sight: FullSight): Reading => reachedUpstream(sight, 2);

const isAnError = (sight: CallerSight): Reading =>
  sight.status >= 500 && errorIn(sight) !== undefined
    ? holds()
    : deviates({ expected: `a status of 5xx in the envelope of ${sight.probe.dialect}`, actual: inShort(sight) });

/** Each model continues with its second name, which the same upstream answers. */
const continueElsewhere = {
  fallback: Object.fromEntries(
    ['gpt-4.1-mini', 'gpt-5.4', 'claude-sonnet-4-6', 'gemini-2.5-pro'].map((model) => [
      model,
      { to: [`${model}-unlimited`], on: ['unavailable', 'any-failure'] },
    ]),
  ),
};

/** Complaint 5 of ten (see README.md): claude-code-router pull 1759, preloop pull 121, LiteLLM pull 38606, any-llm pull 847. */
export default defineScenario({
  id: 'complaints/first-frame-is-an-error',
  title: 'An error in the first frame of a 200 stream triggers no fallback',
  matrixRow: 'complaints',
  requires: ['fallback-routes'],
  diagnosis: {
    symptom:
      'With a fallback configured, streamed requests still fail or come back empty with status 200, while plain requests fall back as they should.',
    cause:
      'The vendor answers 200 and tells its error in the first event. The proxy has passed the status line on by then, and a fallback needs a status of 400 or more.',
    check: 'Ask the upstream directly for a stream and look at its first event: an error there, behind a status of 200, is this case.',
    remediation:
      'Hold the answer back until its first good event; an error before it counts like a status of 500 and goes to the next credential or model.',
  },
  cells: everyPair(true),
  upstream: () => failingUpstream,
  steps: ({ cell, model }) => {
    const ask = (marker: string) => converse(cell, { model: model(), text: `Say ok. ${marker}`, maxOutputTokens: 16 });
    return { once: ask(failsOnce), always: ask(failsAlways) };
  },
  expectations: [
    must('the-next-model-answers', ['once'], ({ once }) => says(once, saidByUpstream)),
    must.behind('both-are-asked-once', ['once'], ({ once }) => triedTwice(once)),
    must('when-all-fail-the-caller-gets-an-error', ['always'], ({ always }) => isAnError(always)),
  ],
  remedy: { config: continueElsewhere },
  symptom: { violates: () => ['the-next-model-answers', 'both-are-asked-once'] },
  live: { safe: false, because: 'a real upstream cannot be asked to begin its stream with an error' },
});
