import { answers, cannotTell, defineScenario, deviates, holds, must, type Cell, type FullSight, type Reading } from '#scenarios/kit/index';

import { asking, question } from './asking.ts';
import { thinkingVendors } from './thinking-vendors.ts';

/** The page's lines of the log: message, provider, model and amount in this order (sheet row 12 (d)). */
const logs = (sight: FullSight, expected: RegExp): Reading => {
  const unanswered = answers(sight);
  if (unanswered.kind !== 'holds') return unanswered;
  if (sight.logs === undefined) return cannotTell('no-log');
  const lines = sight.logs.map(({ message }) => message).filter((message) => message.startsWith('thinking: '));
  return lines.some((line) => expected.test(line))
    ? holds()
    : deviates({ expected: `a line that matches ${expected.source}`, actual: lines });
};

/** gemini-2.5-pro takes 32768 tokens at most; max stands for 128000. */
const hasALimit = ({ upstream }: Cell): boolean => upstream === 'gemini-generate';

export default defineScenario({
  id: 'reasoning/effort-leaves-no-trace',
  title: 'Nobody can see from the log what became of the effort that was asked for',
  matrixRow: 12,
  requires: ['reasoning-effort', 'reasoning-suffix', 'reasoning-log'],
  remembers: true,
  diagnosis: {
    symptom: 'The log has no line about the effort, or says "no config found, passthrough" although one was asked for.',
    cause: 'The effort stands in a field that the translator does not read, so nothing is found that could be processed.',
    check:
      'Switch debug on, ask once with an effort, and look for "thinking: original config from request" and "processed config to apply".',
    remediation: 'Compare the mode of the two lines: with a build that carries the effort both are there, and their amounts agree.',
  },
  cells: [
    { client: 'openai-chat', upstream: 'gemini-generate', stream: false },
    { client: 'openai-chat', upstream: 'gemini-generate', stream: true },
    { client: 'anthropic-messages', upstream: 'antigravity', stream: false },
  ],
  upstream: () => thinkingVendors,
  steps: ({ cell, model }) => ({
    asked: asking(cell, model(), 'high', 32_000),
    suffixed: { ...question(cell, `${model()}(low)`, 32_000), after: ['asked'] },
    unasked: { ...question(cell, model()), after: ['suffixed'] },
    beyond: { ...asking(cell, model(), 'max', 32_000), after: ['unasked'] },
    meaningless: { ...question(cell, `${model()}(abc)`), after: ['beyond'] },
  }),
  expectations: [
    must.behind('the-log-says-what-was-asked-for', ['asked'], ({ asked }) =>
      logs(asked, /^thinking: original config from request \| provider=\S+ model=\S+ mode=level budget=0 level=high$/),
    ),
    must.behind('the-log-says-what-was-sent', ['asked'], ({ asked }) =>
      logs(asked, /^thinking: processed config to apply \| provider=\S+ model=\S+ mode=budget budget=24576 level=$/),
    ),
    must.behind('the-log-says-that-a-suffix-was-read', ['suffixed'], ({ suffixed }) =>
      logs(suffixed, /^thinking: config from model suffix \| provider=\S+ model=\S+ mode=level budget=0 level=low$/),
    ),
    must.behind('the-log-says-when-nothing-was-asked-for', ['unasked'], ({ unasked }) =>
      logs(unasked, /^thinking: no config found, passthrough \| provider=\S+ model=\S+$/),
    ),
    must.behind(
      'the-log-says-when-an-amount-was-changed',
      ['beyond'],
      ({ beyond }) =>
        logs(beyond, /^thinking: (?:budget|level) clamped \| provider=\S+ model=\S+ mode=.* original_value=\S+ .*clamped_to=32768$/),
      { appliesTo: hasALimit },
    ),
    must.behind('the-log-says-when-a-suffix-means-nothing', ['meaningless'], ({ meaningless }) =>
      logs(meaningless, /^thinking: unknown suffix format, treating as no config \| provider=\S+ model=\S+/),
    ),
  ],
  remedy: { proxy: ['carry-reasoning-effort'], config: { debug: true } },
  symptom: {
    violates: (cell) => [
      'the-log-says-what-was-asked-for',
      'the-log-says-what-was-sent',
      'the-log-says-that-a-suffix-was-read',
      ...(hasALimit(cell) ? ['the-log-says-when-an-amount-was-changed'] : []),
      'the-log-says-when-a-suffix-means-nothing',
    ],
  },
  live: { safe: false, because: 'the log is only seen from inside' },
});
