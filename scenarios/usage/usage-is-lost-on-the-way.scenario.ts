import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  answers,
  converse,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  inShort,
  must,
  should,
  type CallerSight,
  type Cell,
  type Reading,
} from '#scenarios/kit/index';

import { unasked, wasAsked } from './asking.ts';
import { tells, usagesTold, usageTold } from './told-usage.ts';

/** Written into the user's text, so that one upstream can count in different ways. */
const omitsUsage = '[usage is left out]';
const tellsZero = '[the count is zero]';
const keepsCounting = '[every chunk has a count]';

const marked = (marker: string) => (request: UpstreamRequest) => request.bodyBytes.includes(marker);

/** What `counted` tells: 100 tokens of the input were cached, 12 of the output were reasoning. */
const told = { input: 120, output: 30 };

const countingUpstream = answer('counted')
  .when(marked(omitsUsage), answer('no-usage'))
  .when(marked(tellsZero), answer('counted-zero'))
  .when(marked(keepsCounting), answer('counted-cumulative'))
  // As the vendor does: a stream has a count only when it was asked for.
  .when((request) => request.surface === 'openai-chat' && request.stream && !wasAsked(request), 'openai-chat/no-usage.stream');

const streams = ({ stream }: Cell): boolean => stream;
const ofChat = ({ upstream }: Cell): boolean => upstream === 'openai-chat';
const toChat = ({ client }: Cell): boolean => client === 'openai-chat';
/** Messages has no answer without a count, and says nothing of reasoning. */
const messagesOnNoSide = ({ client, upstream }: Cell): boolean => ![client, upstream].includes('anthropic-messages');

const isUsageChunk = (json: unknown): boolean => {
  const { choices, usage } = (json ?? {}) as { readonly choices?: unknown; readonly usage?: unknown };
  return Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null;
};

/** One count in the whole stream, in the chunk before `[DONE]`, which has no choices. */
const toldOnceAtTheEnd = (sight: CallerSight): Reading => {
  const count = usagesTold(sight).length;
  return count === 1 && isUsageChunk(sight.events.at(-2)?.json)
    ? holds()
    : deviates({ expected: 'one count, in the chunk before [DONE]', actual: `${count} counts: ${inShort(sight)}` });
};

const asMuch = (one: CallerSight, other: CallerSight): Reading => {
  const [a, b] = [usageTold(one), usageTold(other)];
  if (a === undefined || b === undefined) return deviates({ expected: 'a count in both modes', actual: { plain: a, streamed: b } });
  // The two prompts differ in a token of correlation, whose letters may be cut into more or fewer tokens.
  const close = Math.abs(a.input - b.input) <= Math.max(a.input, b.input) / 4;
  return close ? holds() : deviates({ expected: `about ${a.input} tokens of input`, actual: b.input });
};

export default defineScenario({
  id: 'usage/usage-is-lost-on-the-way',
  title: 'Callers are told no tokens, or others than the upstream counted',
  matrixRow: 11,
  requires: [],
  diagnosis: {
    symptom: 'Usage is missing, zero or wrong in answers, often in one of the two modes only, so that bills and dashboards stay at zero.',
    cause:
      'A Chat upstream counts a stream only when stream_options.include_usage asks for it; the count then comes in a chunk without choices, where a reader of choices[0] never looks. Some upstreams count in every chunk, and only the last one is whole.',
    check:
      'Ask the same twice, plain and streamed with include_usage, at most ten tokens each, and compare the counts. Ask the upstream directly to see whether it counts at all.',
    remediation:
      'Ask every Chat upstream for the count of its streams, take the last one that comes, and give it to the caller in the place of the caller’s dialect; leave out what the upstream left out.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    streams: [false, true],
  }),
  upstream: () => countingUpstream,
  steps: ({ cell, model }) => {
    const ask = (text: string, stream = cell.stream) => converse(cell, { model: model(), text, maxOutputTokens: 10, stream });
    return {
      told: ask('Say ok.'),
      plain: ask('Say ok.', false),
      unasked: unasked(ask('Say ok.')),
      omitted: ask(`Say ok. ${omitsUsage}`),
      zero: ask(`Say ok. ${tellsZero}`),
      counting: ask(`Say ok. ${keepsCounting}`),
    };
  },
  expectations: [
    must('an-answer-tells-its-tokens', ['told'], (sights) =>
      answers(sights.told, () => {
        const usage = usageTold(sights.told);
        return usage !== undefined && usage.input > 0
          ? holds()
          : deviates({ expected: 'tokens of the input', actual: usage ?? 'no usage' });
      }),
    ),
    must('both-modes-tell-as-much', ['plain', 'told'], (sights) => asMuch(sights.plain, sights.told), { appliesTo: streams }),
    must.behind('the-tokens-are-those-of-the-upstream', ['told'], (sights) => tells(sights.told, told)),
    must.behind('cached-tokens-are-told-as-cached', ['told'], (sights) => tells(sights.told, { input: told.input, cached: 100 })),
    must.behind(
      'reasoning-tokens-are-told-as-reasoning',
      ['told'],
      (sights) => tells(sights.told, { output: told.output, reasoning: 12 }),
      { appliesTo: messagesOnNoSide },
    ),
    must('who-asks-is-told-once-at-the-end', ['told'], (sights) => answers(sights.told, () => toldOnceAtTheEnd(sights.told)), {
      appliesTo: (cell) => streams(cell) && toChat(cell),
    }),
    must(
      'who-does-not-ask-gets-no-usage-chunk',
      ['unasked'],
      (sights) =>
        answers(sights.unasked, () =>
          sights.unasked.events.some(({ json }) => isUsageChunk(json))
            ? deviates({ expected: 'only chunks with choices', actual: inShort(sights.unasked) })
            : holds(),
        ),
      { appliesTo: (cell) => streams(cell) && toChat(cell) },
    ),
    should.behind(
      'the-upstream-is-asked-for-the-count-of-its-stream',
      ['unasked'],
      (sights) =>
        everyUpstreamCall(sights.unasked, (call) =>
          wasAsked(call) ? holds() : deviates({ expected: 'stream_options.include_usage true', actual: call.body }),
        ),
      { appliesTo: (cell) => streams(cell) && ofChat(cell) },
    ),
    must.behind(
      'a-count-that-is-missing-stays-missing',
      ['omitted'],
      (sights) =>
        answers(sights.omitted, () => {
          const usage = usageTold(sights.omitted);
          return usage === undefined ? holds() : deviates({ expected: 'no usage: the upstream gave none', actual: usage });
        }),
      { appliesTo: messagesOnNoSide },
    ),
    must.behind('a-count-of-zero-stays-a-count', ['zero'], (sights) => tells(sights.zero, { input: 0, output: 0 }), { appliesTo: ofChat }),
    must.behind(
      'of-a-growing-count-the-last-is-told',
      ['counting'],
      (sights) => allOf(answers(sights.counting), tells(sights.counting, told)),
      { appliesTo: (cell) => streams(cell) && ofChat(cell) },
    ),
  ],
  remedy: { proxy: ['request-stream-usage'] },
  symptom: {
    violates: (cell) => (streams(cell) && ofChat(cell) && toChat(cell) ? ['the-upstream-is-asked-for-the-count-of-its-stream'] : []),
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 30, timeoutMs: 60_000 },
});
