import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  answers,
  cannotTell,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  should,
  type Cell,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { unasked, wasAsked } from './asking.ts';
import { askCounts, grewBy, moreRequests, moreTokens, type ProviderCounts } from './provider-counts.ts';

/** Written into the user's text, so that one upstream can count in different ways. */
const omitsUsage = '[usage is left out]';
const keepsCounting = '[every chunk has a count]';
const breaksOff = '[the stream breaks off]';
const tellsZero = '[the count is zero]';
const takesItsTime = '[the stream takes its time]';

const marked = (marker: string) => (request: UpstreamRequest) => request.bodyBytes.includes(marker);

/** What `counted` tells, input and output together. */
const tokensTold = 150;

const countingUpstream = answer('counted')
  .when(marked(omitsUsage), answer('no-usage'))
  .when(marked(keepsCounting), answer('counted-cumulative'))
  .when(marked(breaksOff), (request) => ({
    exchange: `${request.surface}/no-usage.stream`,
    fault: { afterEvents: 3, ending: 'clean-eof' },
  }))
  .when(marked(tellsZero), answer('counted-zero'))
  // In small pieces, so that the caller can leave before the end.
  .when(marked(takesItsTime), ({ surface }) => ({ exchange: `${surface}/counted.stream`, dribble: { bytes: 200, everyMs: 4 } }))
  // As the vendor does: a stream has a count only when it was asked for.
  .when((request) => request.surface === 'openai-chat' && request.stream && !wasAsked(request), 'openai-chat/no-usage.stream');

const streams = ({ stream }: Cell): boolean => stream;
const ofChat = ({ upstream }: Cell): boolean => upstream === 'openai-chat';
const chatStreams = ({ upstream, stream }: Cell): boolean => stream && upstream === 'openai-chat';

/** A live target has other callers, and this run other cells: what they added would hide that this request added nothing. */
const ofThisRequest = (before: CallerSight, after: CallerSight, judge: (growth: ProviderCounts) => Reading): Reading =>
  grewBy(before, after, (growth) => {
    const reading = judge(growth);
    if (reading.kind !== 'holds' || growth.requests <= 1) return reading;
    return cannotTell('not-visible-here', `${growth.requests} requests were counted in the meantime; ask again with --concurrency 1`);
  });

const moreEstimates = (before: CallerSight, after: CallerSight, expected: number): Reading =>
  grewBy(before, after, ({ estimated }) => {
    if (estimated === undefined) return cannotTell('not-visible-here', 'the target does not tell estimated_requests');
    return estimated === expected ? holds() : deviates({ expected: `${expected} more estimated`, actual: `${estimated} more` });
  });

export default defineScenario({
  id: 'usage/statistics-stay-at-zero',
  title: 'Usage statistics remain 0 although requests are answered',
  matrixRow: 11,
  requires: ['provider-metrics'],
  remembers: true,
  diagnosis: {
    symptom: 'Requests are answered, and the tokens in the statistics stay at zero, for streams above all.',
    cause:
      'The proxy counts what upstreams tell, and they tell nothing: a Chat upstream counts a stream only when asked, and some never count. What is not told is then counted as zero, or the request is not counted at all.',
    check:
      'While nobody else asks, read GET /v1/metrics/providers, send one plain and one streamed request of at most ten tokens, and read it again: two requests more, and tokens for each.',
    remediation:
      'Ask Chat upstreams for the count of their streams also when the caller does not. Count every request once, and where the upstream tells nothing, count an estimate and mark it as one.',
  },
  cells: crossing({
    clients: ['openai-chat'],
    upstreams: ['openai-chat', 'openai-responses', 'gemini-generate'],
    streams: [false, true],
  }),
  upstream: () => countingUpstream,
  steps: ({ cell, model }) => {
    const ask = (text: string, after: string, name = model()) =>
      unasked(converse(cell, { model: name, text, maxOutputTokens: 10 }, { after: [after] }));
    const soFar = chatStreams(cell) ? 'afterCounting' : streams(cell) ? 'afterBroken' : 'afterUnknown';
    return {
      atFirst: askCounts(cell, []),
      told: ask('Say ok.', 'atFirst'),
      afterTold: askCounts(cell, ['told']),
      omitted: ask(`Say ok. ${omitsUsage}`, 'afterTold'),
      afterOmitted: askCounts(cell, ['omitted']),
      unknown: ask('Say ok.', 'afterOmitted', 'wireproof-no-such-model'),
      afterUnknown: askCounts(cell, ['unknown']),
      counting: ask(`Say ok. ${keepsCounting}`, 'afterUnknown'),
      afterCounting: askCounts(cell, ['counting']),
      broken: ask(`Say ok. ${breaksOff}`, 'afterUnknown'),
      afterBroken: askCounts(cell, ['broken']),
      beforeZero: askCounts(cell, [soFar]),
      zero: ask(`Say ok. ${tellsZero}`, 'beforeZero'),
      afterZero: askCounts(cell, ['zero']),
      beforeLeft: askCounts(cell, [ofChat(cell) ? 'afterZero' : soFar]),
      left: { ...ask(`Say ok. ${takesItsTime}`, 'beforeLeft'), leaveAt: 'Wireproof' },
      afterLeft: askCounts(cell, ['left']),
    };
  },
  expectations: [
    must('what-is-to-be-counted-is-answered', ['told'], ({ told }) => answers(told)),
    must(
      'requests-are-counted',
      ['atFirst', 'told', 'afterTold'],
      ({ atFirst, told, afterTold }) =>
        allOf(
          answers(told),
          ofThisRequest(atFirst, afterTold, ({ requests }) =>
            requests > 0 ? holds() : deviates({ expected: 'one request more', actual: 'none' }),
          ),
        ),
      // Builds that drop a request without tokens show this row, too: a canary looks at the tokens.
      { canary: false },
    ),
    must('tokens-are-counted', ['atFirst', 'told', 'afterTold'], ({ atFirst, told, afterTold }) =>
      allOf(
        answers(told),
        ofThisRequest(atFirst, afterTold, ({ tokens }) =>
          tokens > 0 ? holds() : deviates({ expected: 'more tokens', actual: 'no more' }),
        ),
      ),
    ),
    must.behind('a-request-is-counted-once', ['atFirst', 'told', 'afterTold'], ({ atFirst, afterTold }) =>
      grewBy(atFirst, afterTold, moreRequests(1)),
    ),
    must.behind('the-tokens-counted-are-those-of-the-upstream', ['atFirst', 'told', 'afterTold'], ({ atFirst, afterTold }) =>
      grewBy(atFirst, afterTold, moreTokens(tokensTold)),
    ),
    should.behind('what-the-upstream-told-is-no-estimate', ['atFirst', 'told', 'afterTold'], ({ atFirst, afterTold }) =>
      moreEstimates(atFirst, afterTold, 0),
    ),
    must.behind('an-answer-without-usage-is-counted', ['afterTold', 'omitted', 'afterOmitted'], ({ afterTold, omitted, afterOmitted }) =>
      allOf(answers(omitted), grewBy(afterTold, afterOmitted, moreRequests(1))),
    ),
    should.behind('what-the-upstream-does-not-tell-is-estimated', ['afterTold', 'omitted', 'afterOmitted'], ({ afterTold, afterOmitted }) =>
      grewBy(afterTold, afterOmitted, ({ tokens }) =>
        // The prompt and the answer have some thirty tokens; a count in bytes or characters would have more than a hundred.
        tokens > 10 && tokens < 100 ? holds() : deviates({ expected: '10 to 100 more tokens', actual: tokens }),
      ),
    ),
    should.behind('an-estimate-is-marked', ['afterTold', 'omitted', 'afterOmitted'], ({ afterTold, afterOmitted }) =>
      moreEstimates(afterTold, afterOmitted, 1),
    ),
    must.behind(
      'what-was-sent-to-nobody-counts-for-nobody',
      ['afterOmitted', 'unknown', 'afterUnknown'],
      ({ afterOmitted, unknown, afterUnknown }) =>
        unknown.upstreamCalls.length > 0
          ? cannotTell('prerequisite-failed', 'the unknown model was sent upstream')
          : allOf(
              unknown.status >= 400 ? holds() : deviates({ expected: 'a refusal of a model that nobody serves', actual: inShort(unknown) }),
              grewBy(afterOmitted, afterUnknown, (growth) => allOf(moreRequests(0)(growth), moreTokens(0)(growth))),
            ),
    ),
    must.behind(
      'of-a-growing-count-the-last-is-counted',
      ['afterUnknown', 'counting', 'afterCounting'],
      ({ afterUnknown, counting, afterCounting }) =>
        allOf(
          answers(counting),
          grewBy(afterUnknown, afterCounting, (growth) => allOf(moreRequests(1)(growth), moreTokens(tokensTold)(growth))),
        ),
      { appliesTo: chatStreams },
    ),
    must.behind(
      'a-stream-that-breaks-off-is-counted-once',
      ['afterUnknown', 'broken', 'afterBroken'],
      ({ afterUnknown, afterBroken }) => grewBy(afterUnknown, afterBroken, moreRequests(1)),
      { appliesTo: (cell) => streams(cell) && !chatStreams(cell) },
    ),
    must.behind(
      'a-count-of-zero-is-no-estimate',
      ['beforeZero', 'zero', 'afterZero'],
      ({ beforeZero, zero, afterZero }) =>
        allOf(
          answers(zero),
          grewBy(beforeZero, afterZero, (growth) => allOf(moreRequests(1)(growth), moreTokens(0)(growth))),
          moreEstimates(beforeZero, afterZero, 0),
        ),
      { appliesTo: ofChat },
    ),
    must.behind(
      'a-stream-that-its-caller-leaves-is-counted-once',
      ['beforeLeft', 'left', 'afterLeft'],
      ({ beforeLeft, left, afterLeft }) =>
        left.upstreamCalls.length === 0
          ? cannotTell('not-exercised', `the caller left with ${inShort(left)}`)
          : grewBy(beforeLeft, afterLeft, moreRequests(1)),
      { appliesTo: streams },
    ),
  ],
  remedy: { proxy: ['request-stream-usage', 'count-usage-when-omitted'] },
  symptom: {
    violates: (cell) => [
      'what-the-upstream-does-not-tell-is-estimated',
      'an-estimate-is-marked',
      ...(chatStreams(cell) ? ['tokens-are-counted', 'the-tokens-counted-are-those-of-the-upstream'] : []),
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 20, timeoutMs: 60_000 },
});
