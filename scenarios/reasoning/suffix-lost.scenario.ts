import {
  allOf,
  answers,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  must,
  refused,
  should,
  type Cell,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { asking, asksFor, question, withFields } from './asking.ts';
import { sentModel, type SentAmount } from './sent-amount.ts';
import { thinkingVendors } from './thinking-vendors.ts';

/** Level and budget that mean the same (sheet row 12, level table); the mocked vendors refuse the one that their model does not take. */
const low: readonly SentAmount[] = [{ level: 'low' }, { budget: 1024 }];
const high: readonly SentAmount[] = [{ level: 'high' }, { budget: 24_576 }];

/** A model without numbers gets the level that 8192 tokens stand for. */
const tokens8192 = ({ upstream }: Cell): readonly SentAmount[] => [upstream === 'codex' ? { level: 'medium' } : { budget: 8192 }];

const ofGoogle = ({ client }: Cell): boolean => client === 'gemini-generate';
const once = ({ stream }: Cell): boolean => !stream;

const toItsPlainName = (sight: FullSight): Reading =>
  allOf(
    answers(sight),
    everyUpstreamCall(sight, (call) =>
      /\(|%28/i.test(sentModel(call)) ? deviates({ expected: 'a model’s name without suffix', actual: sentModel(call) }) : holds(),
    ),
  );

export default defineScenario({
  id: 'reasoning/suffix-lost',
  title: 'A suffix of the model’s name does not change how long the model thinks',
  matrixRow: 12,
  requires: ['reasoning-effort', 'reasoning-suffix'],
  diagnosis: {
    symptom: 'model(high) is answered like model: the same reasoning tokens, no error.',
    cause: 'The suffix is cut off to find the model, and nothing remembers it when the upstream request is written.',
    check: 'Ask once for model(low) and once for model(high), and compare the reasoning tokens of the two answers.',
    remediation: 'Run a build whose suffix beats the field of the body, or send the field instead of the suffix.',
  },
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['gemini-generate'],
      streams: [false, true],
    }),
    ...crossing({ clients: ['openai-chat', 'anthropic-messages'], upstreams: ['antigravity'], streams: [false] }),
    ...crossing({ clients: ['anthropic-messages', 'openai-responses'], upstreams: ['codex'], streams: [false] }),
  ],
  upstream: () => thinkingVendors,
  steps: ({ cell, model }) => {
    const room = cell.upstream === 'antigravity' ? 32_000 : 16;
    const named = (suffix: string) => `${model()}(${suffix})`;
    const both = (suffix: string, word: string) =>
      ofGoogle(cell)
        ? withFields(question(cell, named(suffix), room), {
            generationConfig: { thinkingConfig: { thinkingBudget: word === 'low' ? 1024 : 24_576 } },
          })
        : asking(cell, named(suffix), word, room);
    return {
      level: question(cell, named('high'), room),
      number: question(cell, named('8192'), room),
      capitals: question(cell, named('HIGH'), room),
      zeros: question(cell, named('01024'), room),
      againstBody: both('low', 'high'),
      unknown: both('abc', 'low'),
    };
  },
  expectations: [
    must('a-suffixed-model-is-answered', ['level', 'number'], ({ level, number }) => allOf(answers(level), answers(number))),
    must.behind('the-model-is-asked-by-its-plain-name', ['level', 'number'], ({ level, number }) =>
      allOf(toItsPlainName(level), toItsPlainName(number)),
    ),
    must.behind('the-suffix-reaches-the-upstream', ['level'], ({ level }) => asksFor(level, high)),
    must.behind('the-suffix-beats-the-body', ['againstBody'], ({ againstBody }) => asksFor(againstBody, low)),
    must.behind('a-number-is-carried-as-tokens', ['number'], ({ number }, cell) => asksFor(number, tokens8192(cell)), { appliesTo: once }),
    should.behind(
      'case-and-leading-zeros-do-not-matter',
      ['capitals', 'zeros'],
      ({ capitals, zeros }) => allOf(asksFor(capitals, high), asksFor(zeros, low)),
      { appliesTo: once },
    ),
    should.behind(
      'a-suffix-without-meaning-does-not-undo-the-body',
      ['unknown'],
      ({ unknown }) => (unknown.status === 400 ? refused(unknown, 400) : allOf(answers(unknown), asksFor(unknown, low))),
      { appliesTo: once },
    ),
  ],
  remedy: { proxy: ['carry-reasoning-effort'] },
  symptom: {
    violates: (cell) => [
      'the-suffix-reaches-the-upstream',
      'the-suffix-beats-the-body',
      ...(once(cell) ? ['a-number-is-carried-as-tokens', 'case-and-leading-zeros-do-not-matter'] : []),
      // In the upstream's own dialect the body's field is copied.
      ...(once(cell) && cell.client !== cell.upstream && !(cell.client === 'openai-responses' && cell.upstream === 'codex')
        ? ['a-suffix-without-meaning-does-not-undo-the-body']
        : []),
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
