import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  converse,
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
  should,
} from '#scenarios/kit/index';

import { afterSmallTalk, fillerIn, overLimit, roundsIn, sameDialect, sentFiller, sizeCells, sized } from './sized.ts';

const saidByUpstream = 'Wireproof says ok.';

/** The page's number is one of bytes; some gateways count messages (sheet R6 (e) 5). */
const manyRounds = 150;

/** How the upstream words its refusal; written into the user's text. */
const asJson = '[too large, as JSON]';
const asHtml = '[too large, as HTML]';
const opaque = '[too large, unexplained]';

const marked = (marker: string) => (request: UpstreamRequest) => request.bodyBytes.includes(marker);
const refusal = (slug: string) => replay(({ surface }) => ({ exchange: `${surface}/${slug}` }));

export default defineScenario({
  id: 'limits/upstream-refuses-the-size',
  title: 'An upstream refuses a large body in a form that the caller cannot read',
  matrixRow: 6,
  requires: [],
  diagnosis: {
    symptom: 'A large request fails with a page of HTML, with another vendor’s error format, or with a 400 that says nothing about size.',
    cause: 'An edge server or vendor behind the proxy refuses the body, and the proxy hands its answer on as it came.',
    check:
      'Look at content type and Server header of the failing answer, then replay with less than 200 KB: if that passes, it was the size.',
    remediation:
      'Translate the refusal into the caller’s own error format, keep the status, and say how many bytes were sent. Then send less.',
  },
  cells: sizeCells,
  upstream: () =>
    answer('text')
      .when(marked(asJson), refusal('too-large'))
      .when(marked(asHtml), refusal('too-large-html'))
      .when(marked(opaque), refusal('too-large-opaque')),
  steps: ({ cell, model }) => {
    const ask = (text: string) => converse(cell, { model: model(), text, maxOutputTokens: 16 });
    return {
      json: ask(asJson),
      html: ask(asHtml),
      opaque: sized(cell, { model: model(), bytes: overLimit(cell), text: opaque }),
      smaller: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, { after: ['opaque'] }),
      smallFault: ask(opaque),
      many: afterSmallTalk(ask('Say ok.'), manyRounds),
    };
  },
  expectations: [
    must('an-upstream-413-keeps-its-status', ['json'], ({ json }) => refused(json, 413)),
    must('an-html-refusal-becomes-an-error-of-the-dialect', ['html'], ({ html }) => refused(html, 413)),
    must('an-html-refusal-is-not-shown-as-html', ['html'], ({ html }) =>
      refused(html, 413, ({ message }) =>
        /[<>]/.test(message) ? deviates({ expected: 'a message without markup', actual: message }) : holds(),
      ),
    ),
    should('a-size-refusal-names-the-size', ['html', 'json'], ({ html, json }) =>
      allOf(
        ...[html, json].map((sight) => refused(sight, 413, (error) => mentions(error, /too large|exceed|limit|size/i, /\b\d+ bytes\b/))),
      ),
    ),
    must('an-unexplained-400-stays-a-400', ['opaque'], ({ opaque: sight }) => refused(sight, 400)),
    should('an-unexplained-400-hints-at-the-size', ['opaque'], ({ opaque: sight }) =>
      refused(sight, 400, (error) => mentions(error, /\b(2[5-9]\d|3\d\d)\d{3}\b/, /bytes/i)),
    ),
    must('a-small-body-is-not-blamed-for-its-size', ['smallFault'], ({ smallFault }) =>
      refused(smallFault, 400, ({ message }) =>
        /bytes|too large/i.test(message) ? deviates({ expected: 'a message that does not blame the size', actual: message }) : holds(),
      ),
    ),
    must.behind('a-refused-body-is-sent-once', ['json', 'html', 'opaque'], ({ json, html, opaque: sight }) =>
      allOf(...[json, html, sight].map((each) => reachedUpstream(each, 1))),
    ),
    must.behind('a-large-body-arrives-whole', ['opaque'], ({ opaque: sight }, cell) =>
      // The text is what must arrive. The body around it may differ by a model that has another name upstream.
      everyUpstreamCall(sight, ({ bodyBytes }) => {
        const filler = fillerIn(bodyBytes);
        const sent = sameDialect(cell) ? sentFiller(sight) : overLimit(cell) - 40_000;
        return filler >= sent
          ? holds()
          : deviates({ expected: `${sent} bytes of the text in the upstream body`, actual: `${filler} bytes of it` });
      }),
    ),
    must('many-small-messages-are-no-large-body', ['many'], ({ many }) => says(many, saidByUpstream)),
    must.behind('many-small-messages-arrive-whole', ['many'], ({ many }) =>
      everyUpstreamCall(many, ({ bodyBytes }) => {
        const rounds = roundsIn(bodyBytes);
        return rounds === manyRounds ? holds() : deviates({ expected: `${manyRounds} rounds before the question`, actual: rounds });
      }),
    ),
    must('a-smaller-retry-is-answered', ['smaller'], ({ smaller }) => says(smaller, saidByUpstream)),
  ],
  remedy: { proxy: ['explain-size-refusals'] },
  symptom: {
    violates: () => ['an-html-refusal-is-not-shown-as-html', 'a-size-refusal-names-the-size', 'an-unexplained-400-hints-at-the-size'],
  },
  live: { safe: false, because: 'the upstream’s refusal can only be provoked by uploading bodies over an unknown limit' },
});
