import * as fc from 'fast-check';

import { canonicalJson } from '#fixtures/seal';

import { type ArbitraryAnswer, arbitraryAnswer } from '../../conformance/record/testing/arbitrary-answer.ts';
import { recapture } from '../../conformance/record/testing/recapture.ts';
import type { Goal, Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { figure } from '../wording.ts';

const atATime = 4;
const seed = 20_261_123;

interface Kind {
  readonly name: string;
  runs: number;
  exact: number;
}

const kindOf = ({ answer }: ArbitraryAnswer): string => `${answer.framing}, ${answer.ends}`;

const countKinds = (answers: readonly ArbitraryAnswer[], exact: readonly boolean[]): readonly Kind[] => {
  const kinds = new Map<string, Kind>();
  for (const [index, answer] of answers.entries()) {
    const name = kindOf(answer);
    const kind = kinds.get(name) ?? { name, runs: 0, exact: 0 };
    kind.runs += 1;
    if (exact[index] === true) kind.exact += 1;
    kinds.set(name, kind);
  }
  return [...kinds.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
};

const goalOf = (kinds: readonly Kind[]): Goal => {
  const runs = kinds.reduce((sum, kind) => sum + kind.runs, 0);
  const exact = kinds.reduce((sum, kind) => sum + kind.exact, 0);
  return {
    what: 'a recording of a replay is the recording: status line, fields, bytes, chunks, trailers and ending',
    goal: `${runs} of ${runs}`,
    measured: `${exact} of ${runs}`,
    met: exact === runs,
    kind: 'correctness',
  };
};

const run = async ({ quick, signal, progress }: MeasureContext): Promise<MeasureReport> => {
  const runs = quick ? 100 : 1_000;
  const answers = fc.sample(arbitraryAnswer(fc), { numRuns: runs, seed });
  progress(`${runs} answers recorded, replayed and recorded again`);
  const startedAt = performance.now();
  const results = await recapture(answers, atATime);
  signal.throwIfAborted();
  const msPerRun = (performance.now() - startedAt) / runs;
  const kinds = countKinds(
    answers,
    results.map(({ recorded, captured }) => canonicalJson(captured) === canonicalJson(recorded)),
  );
  return {
    tables: [
      {
        caption: `Generated answers, replayed to the recording pass-through, ${figure(msPerRun)} ms each`,
        head: ['framing, ending', 'the same', 'runs'],
        rows: kinds.map((kind) => [kind.name, String(kind.exact), String(kind.runs)]),
      },
    ],
    goals: [goalOf(kinds)],
    notes: [
      `Replay and pass-through in one process, ${atATime} exchanges at a time, with delays of up to 3 ms between pieces. All but the times is compared; a piece of a body without chunks is what one read gave.`,
    ],
  };
};

export const measure: Measure = { name: 'replay-exactness', title: 'A replay, recorded again', order: 9, run };
