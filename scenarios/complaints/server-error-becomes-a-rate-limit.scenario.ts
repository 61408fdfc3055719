import { exchange } from '#fixtures/catalogue';
import type { Play, UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  answerIn,
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
  type Reading,
} from '#scenarios/kit/index';

import { samePairs } from './upstreams.ts';

const serverFails = '[the server fails]';

/** The vendor’s words for a server error, as 503: the status that proxies cool for. */
const unavailable = ({ surface }: UpstreamRequest): Play => {
  const known = exchange(`${surface}/server-error`);
  return { exchange: known.id, made: { ...known, response: { ...known.response, status: 503 } } };
};

const failingUpstream = answer('text').when(({ bodyBytes }) => bodyBytes.includes(serverFails), unavailable);

const isServerError = (sight: CallerSight): Reading =>
  sight.status >= 500 && errorIn(sight) !== undefined
    ? holds()
    : deviates({ expected: `a status of 5xx in the envelope of ${sight.probe.dialect}`, actual: inShort(sight) });

/** An answer or an error in the dialect, and no 429: a target that answers something else has shown nothing. */
const isNoRateLimit = (sight: CallerSight): Reading =>
  sight.status !== 429 && (answerIn(sight) !== undefined || errorIn(sight) !== undefined)
    ? holds()
    : deviates({ expected: 'an answer, or an error that is no 429: nobody has asked too often', actual: inShort(sight) });

/** Complaint 4 of ten (see README.md): CLIProxyAPI 4724, 5277, 5639 and 5770: one bad moment of a vendor, and hours of "cooling down". */
export default defineScenario({
  id: 'complaints/server-error-becomes-a-rate-limit',
  title: 'After a server error of the vendor everything is “cooling down”',
  matrixRow: 'complaints',
  requires: [],
  diagnosis: {
    symptom:
      'One 500 of the vendor, and the requests after it are refused, with 429 and “all credentials cooling down”, long after the vendor has recovered.',
    cause:
      'The proxy takes the only credential out of service after any failure, for longer than the failure lasted, and tells clients of a rate limit that does not exist.',
    check:
      'Ask the vendor directly: an answer there and a refusal here within the same minute is this case. See in the log what started the cooldown.',
    remediation:
      'Let server errors cool for seconds or not at all where there is no other credential, keep the status of what happened, and end a cooldown at the first success.',
  },
  cells: samePairs(false),
  upstream: () => failingUpstream,
  steps: ({ cell, model }) => {
    const ask = (text: string, ...after: readonly string[]) => converse(cell, { model: model(), text, maxOutputTokens: 16 }, { after });
    return { failing: ask(`Say ok. ${serverFails}`), again: ask(`Say ok. ${serverFails}`, 'failing'), next: ask('Say ok.', 'again') };
  },
  expectations: [
    must('a-server-error-is-told-as-one', ['failing'], ({ failing }) => isServerError(failing)),
    must('nothing-is-called-a-rate-limit', ['failing', 'again', 'next'], ({ failing, again, next }) =>
      allOf(...[failing, again, next].map(isNoRateLimit)),
    ),
    must('the-next-request-is-served', ['next'], ({ next }) => says(next, 'Wireproof says ok.')),
    must.behind('the-next-request-is-asked-of-the-vendor-once', ['next'], ({ next }) => reachedUpstream(next, 1)),
  ],
  remedy: { config: { 'disable-cooling': false } },
  symptom: {
    violates: () => [],
    none: 'after a server error the reference proxy asks other credentials first, and turns nobody away when there are none',
  },
  live: { safe: false, because: 'a real upstream cannot be asked to fail' },
  remembers: true,
});
