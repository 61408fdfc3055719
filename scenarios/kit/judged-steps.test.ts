import { expect, it } from 'vitest';

import { defineScenario, holds, must, probe, type Cell } from './index.ts';

const ask = (after: readonly string[] = []) => probe({ dialect: 'openai-chat', path: '/v1/chat/completions', after });
const cells: readonly Cell[] = [false, true].map((stream) => ({ client: 'openai-chat', upstream: 'openai-chat', stream }));
const saying = 'ten letters at least';

it('leaves out the steps that nothing in their cell looks at, and keeps those that others wait for', () => {
  const { steps } = defineScenario({
    id: 'kit/judged-steps',
    title: saying,
    matrixRow: 1,
    requires: [],
    diagnosis: { symptom: saying, cause: saying, check: saying, remediation: saying },
    cells,
    upstream: () => () => ({ exchange: 'openai-chat/text' }),
    steps: () => ({ idle: ask(), first: ask(), second: ask(['first']), third: ask(['second']), streamed: ask() }),
    expectations: [
      must('third-holds', ['third'], () => holds()),
      must('streamed-holds', ['streamed'], () => holds(), { appliesTo: ({ stream }) => stream }),
    ],
    remedy: { proxy: ['some-remedy'] },
    symptom: { violates: () => ['third-holds'] },
    live: { safe: false, because: saying },
  });
  const namesIn = (cell: Cell): readonly string[] => Object.keys(steps({ cell, model: () => 'm' }));
  expect(cells.map(namesIn)).toEqual([
    ['first', 'second', 'third'],
    ['first', 'second', 'third', 'streamed'],
  ]);
});
