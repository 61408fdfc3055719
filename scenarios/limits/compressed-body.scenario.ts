import {
  allOf,
  answer,
  defineScenario,
  must,
  reachedUpstream,
  refused,
  replay,
  says,
  everyUpstreamCall,
  holds,
  deviates,
} from '#scenarios/kit/index';

import { atLimit, limit, limitEveryModel, overLimit, sizeCells, sized } from './sized.ts';

const saidByUpstream = 'Wireproof says ok.';

export default defineScenario({
  id: 'limits/compressed-body',
  title: 'A compressed request body is refused or escapes the limit',
  matrixRow: 6,
  requires: ['body-limits', 'gzip-requests'],
  diagnosis: {
    symptom:
      'Requests with Content-Encoding: gzip fail with 400, or a small compressed body turns into one that the upstream refuses for its size.',
    cause: 'The proxy does not decode request bodies, or it measures them before it decodes them.',
    check: 'Send the same request plain and with gzip, once below and once above the limit. The answers must not differ.',
    remediation: 'Decode bodies within a bound and apply the limit to what will be sent upstream.',
  },
  cells: sizeCells.filter(({ stream, client, upstream }) => !stream || client !== upstream),
  upstream: () =>
    answer('text').when(
      ({ wireBytes }) => wireBytes > limit,
      replay(({ surface }) => ({ exchange: `${surface}/too-large` })),
    ),
  steps: ({ cell, model }) => ({
    at: sized(cell, { model: model(), bytes: atLimit(cell) }, { encoding: 'gzip' }),
    over: sized(cell, { model: model(), bytes: overLimit(cell) }, { encoding: 'gzip' }),
    small: sized(cell, { model: model(), bytes: 1000 }, { encoding: 'gzip', framing: 'chunked' }),
  }),
  expectations: [
    must('a-compressed-body-is-read', ['small'], ({ small }) => says(small, saidByUpstream)),
    must('a-compressed-body-at-the-limit-is-answered', ['at'], ({ at }) => says(at, saidByUpstream)),
    must.behind('the-upstream-can-read-what-it-gets', ['small'], ({ small }) =>
      everyUpstreamCall(small, ({ body, headers }) =>
        body === undefined ? deviates({ expected: 'a JSON body', actual: headers['content-encoding'] ?? 'no JSON' }) : holds(),
      ),
    ),
    must('the-limit-counts-decoded-bytes', ['over'], ({ over }) => refused(over, 413)),
    must.behind('a-refused-compressed-body-costs-no-upstream-request', ['over'], ({ over }) =>
      allOf(refused(over, 413), reachedUpstream(over, 0)),
    ),
  ],
  remedy: { proxy: ['gzip-request-bodies', 'body-limit'], config: limitEveryModel },
  symptom: {
    violates: () => [
      'a-compressed-body-is-read',
      'a-compressed-body-at-the-limit-is-answered',
      'the-limit-counts-decoded-bytes',
      'a-refused-compressed-body-costs-no-upstream-request',
    ],
  },
  live: { safe: false, because: 'it would upload bodies near the limit and needs to know the limit that the deployment sets' },
});
