import { expect, it } from 'vitest';

import { toldExports } from './told-exports.ts';

it('tells of trouble once, and of its end', () => {
  const told: string[] = [];
  const results = [{ code: 1, error: new Error('gone') }, { code: 1 }, { code: 0 }, { code: 0 }, { code: 1 }];
  const begun: number[] = [];
  const done: number[] = [];
  const exports = toldExports('traces', (line) => void told.push(line));
  const exporter = exports.watch(
    { export: (index: number, answer: (result: { code: number; error?: Error }) => void) => answer(results[index] ?? { code: 0 }) },
    (index: number) => void begun.push(index),
  );
  for (const index of results.keys()) exporter.export(index, ({ code }) => void done.push(code));
  exports.missed('too slow');
  expect({ told, begun, done }).toEqual({
    told: [
      'otlp: traces: gone; the canary goes on without',
      'otlp: traces: goes on, 2 exports are missing',
      'otlp: traces: no reason given; the canary goes on without',
    ],
    begun: [0, 1, 2, 3, 4],
    done: [1, 1, 0, 0, 1],
  });
});
