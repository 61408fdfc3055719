import {
  allOf,
  answer,
  answers,
  converse,
  defineScenario,
  deviates,
  holds,
  must,
  type CallerSight,
  type Cell,
  type Reading,
} from '#scenarios/kit/index';

import { wasAsked } from '../usage/asking.ts';
import { tells, usageTold } from '../usage/told-usage.ts';
import { everyPair } from './upstreams.ts';

/** As the vendor does: a stream of Chat has a count only when it was asked for. */
const countingUpstream = answer('counted').when(
  (request) => request.surface === 'openai-chat' && request.stream && !wasAsked(request),
  'openai-chat/no-usage.stream',
);

/** Of what `counted` tells, in every dialect: 120 tokens of input, 100 of them cached; 30 of output, 12 of them reasoning. */
const counted = { cached: 100, reasoning: 12 } as const;

const equally = (plain: CallerSight, streamed: CallerSight): Reading => {
  const [one, other] = [usageTold(plain), usageTold(streamed)];
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other)
    ? holds()
    : deviates({ expected: 'the same count in both modes', actual: { plain: one ?? 'none', streamed: other ?? 'none' } });
};

const inBoth = (plain: CallerSight, streamed: CallerSight, expected: Parameters<typeof tells>[1]): Reading =>
  allOf(answers(plain), answers(streamed), tells(plain, expected), tells(streamed, expected));

/** Messages says nothing of reasoning. */
const messagesOnNoSide = ({ client, upstream }: Cell): boolean => ![client, upstream].includes('anthropic-messages');

/** Complaint 3 of ten (see README.md): LiteLLM 5364, 8349 and 5632, langchain-litellm 115 and 52. */
export default defineScenario({
  id: 'complaints/usage-differs-by-mode',
  title: 'The same question costs other tokens when it is streamed',
  matrixRow: 'complaints',
  requires: [],
  diagnosis: {
    symptom: 'Dashboards show fewer tokens, no cached ones or no reasoning for streamed requests than for the same ones sent plain.',
    cause:
      'Whole answers and streams are translated by two pieces of code. One of them knows the total only, or takes the first count of a stream, or never asks a Chat upstream to count.',
    check:
      'Ask the same twice, plain and streamed, with ten tokens at most, and compare all four counts: input, cached, output, reasoning.',
    remediation:
      'Read a count into one form, cached and reasoning tokens included, and write it from there in both modes. Ask Chat upstreams for the count of their streams.',
  },
  // Both modes are asked in every cell.
  cells: everyPair(true),
  upstream: () => countingUpstream,
  steps: ({ cell, model }) => {
    const ask = (stream: boolean) => converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 10, stream });
    return { plain: ask(false), streamed: ask(true) };
  },
  expectations: [
    must.behind('both-modes-tell-the-same-tokens', ['plain', 'streamed'], ({ plain, streamed }) =>
      allOf(answers(plain), answers(streamed), equally(plain, streamed)),
    ),
    must.behind('cached-tokens-are-told-in-both-modes', ['plain', 'streamed'], ({ plain, streamed }) =>
      inBoth(plain, streamed, { cached: counted.cached }),
    ),
    must.behind(
      'reasoning-tokens-are-told-in-both-modes',
      ['plain', 'streamed'],
      ({ plain, streamed }) => inBoth(plain, streamed, { reasoning: counted.reasoning }),
      { appliesTo: messagesOnNoSide },
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'counts have one neutral form in the reference proxy, whatever the mode; the kill matrix shows proxies that lose them in one',
  },
  live: { safe: false, because: 'two answers of a real model may differ in length; row 11 compares both modes live' },
});
