import {
  allOf,
  answer,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  mentions,
  must,
  reachedUpstream,
  refused,
  replay,
  says,
} from '#scenarios/kit/index';

import { atLimit, fillerIn, limit, limitEveryModel, overLimit, sameDialect, sizeCells, sized } from './sized.ts';

const saidByUpstream = 'Wireproof says ok.';

/** However a message writes it: with or without separators, or in units. */
const limitAsText = /\b286[,._ ]?720\b|\b280 ?KiB\b/;

export default defineScenario({
  id: 'limits/body-over-the-limit',
  title: 'A request body near 280 KB fails and nobody says why',
  matrixRow: 6,
  requires: ['body-limits'],
  diagnosis: {
    symptom: 'Long conversations fail near 280 KB with "request body too large" or an answer that does not mention size at all.',
    cause:
      'The route or model behind the proxy has a limit that the proxy does not know. The whole body travels upstream to be refused there, once per credential.',
    check: 'Replay the same request with less than 200 KB. Compare status, headers and body of both answers.',
    remediation:
      'Tell the proxy the limit of the route, so that it refuses at once and names limit and size. Split long context, move artefacts to files or URLs, and send less inline.',
  },
  cells: sizeCells,
  upstream: () =>
    answer('text').when(
      ({ wireBytes }) => wireBytes > limit,
      replay(({ surface }) => ({ exchange: `${surface}/too-large` })),
    ),
  steps: ({ cell, model }) => ({
    at: sized(cell, { model: model(), bytes: atLimit(cell) }),
    over: sized(cell, { model: model(), bytes: overLimit(cell) }),
    chunked: sized(cell, { model: model(), bytes: overLimit(cell) }, { framing: 'chunked' }),
    smaller: sized(cell, { model: model(), bytes: 199_000 }, { after: ['over'] }),
  }),
  expectations: [
    must('a-body-at-the-limit-is-answered', ['at'], ({ at }) => says(at, saidByUpstream)),
    must.behind('a-body-at-the-limit-arrives-whole', ['at'], ({ at }, cell) =>
      everyUpstreamCall(at, ({ wireBytes, bodyBytes }) => {
        if (sameDialect(cell)) return wireBytes === limit ? holds() : deviates({ expected: limit, actual: wireBytes });
        const filler = fillerIn(bodyBytes);
        return filler > limit - 40_000
          ? holds()
          : deviates({ expected: 'the whole text in the upstream body', actual: `${filler} bytes of it` });
      }),
    ),
    must('one-byte-over-is-refused', ['over'], ({ over }) => refused(over, 413)),
    must('the-refusal-names-limit-and-size', ['over'], ({ over }, cell) =>
      refused(over, 413, (error) =>
        mentions(error, limitAsText, sameDialect(cell) ? /\b286[,._ ]?721\b/ : /\b(28[7-9]|29\d|3\d\d)[,._ ]?\d{3}\b/),
      ),
    ),
    must.behind('a-refused-body-costs-no-upstream-request', ['over'], ({ over }) => allOf(refused(over, 413), reachedUpstream(over, 0))),
    must('a-chunked-body-over-the-limit-is-refused', ['chunked'], ({ chunked }) => refused(chunked, 413)),
    must.behind('a-refused-chunked-body-costs-no-upstream-request', ['chunked'], ({ chunked }) =>
      allOf(refused(chunked, 413), reachedUpstream(chunked, 0)),
    ),
    must('a-smaller-retry-is-answered', ['smaller'], ({ smaller }) => says(smaller, saidByUpstream)),
  ],
  remedy: { proxy: ['body-limit', 'explain-size-refusals'], config: limitEveryModel },
  symptom: {
    violates: () => [
      'the-refusal-names-limit-and-size',
      'a-refused-body-costs-no-upstream-request',
      'a-refused-chunked-body-costs-no-upstream-request',
    ],
  },
  live: { safe: false, because: 'it would upload 280 KB several times and needs to know the limit that the deployment sets' },
});
