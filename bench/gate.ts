import type { Goal, Votes } from './measure.ts';
import { figure } from './wording.ts';

/**
 * A ratio this much worse is no accident, when the ratio of processor time is so, too. In five runs at fast and slow hours of one machine no
 * line was more than a fifth worse than what is published, but for those that say that they move more (`Votes.moves`).
 */
const tolerance = 0.3;

/**
 * This much worse is no accident whatever the other ratio says: a proxy that waits takes no more processor time, and one that keeps a second
 * core busy no more time by the clock. No single round of docs/benchmarks.md had less than 0.46 of its median, and here the median is judged.
 */
const toleranceAlone = 0.6;

const numberIn = (text: string | undefined): number | undefined => {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? value : undefined;
};

/** The ratios of a goal as they were published. */
type Published = Partial<Pick<Votes, 'byClock' | 'byCpu'>>;

/** What docs/benchmarks.md says of a goal: `0.48 (0.41–0.85); by CPU time 0.47`, or processor time alone. */
const publishedIn = (document: string, { what }: Goal): Published | undefined => {
  const row = document
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .find((cells) => cells[1] === what);
  const [first, second] = row?.[3]?.split('; by CPU time ') ?? [];
  const [byClock, byCpu] = [numberIn(first), numberIn(second)];
  if (byClock === undefined) return undefined;
  return byCpu === undefined ? { byCpu: byClock } : { byClock, byCpu };
};

const isFarOff = ({ bound, better, moves = tolerance, byClock, byCpu }: Votes, published: Published = {}): boolean => {
  const votes = [...(byClock === undefined ? [] : [{ value: byClock, was: published.byClock }]), { value: byCpu, was: published.byCpu }];
  const isWorseBy =
    (share: number) =>
    ({ value, was = bound }: (typeof votes)[number]): boolean =>
      better === 'more' ? value < Math.min(bound, was) * (1 - share) : value > Math.max(bound, was) * (1 + share);
  return votes.every(isWorseBy(moves)) || votes.some(isWorseBy(toleranceAlone));
};

/** What came of a goal that is far off, beside what was asked and what was published. */
const wordsOf = ({ what, goal, measured }: Goal, { byClock, byCpu }: Published = {}): string => {
  const was = [byClock, byCpu].flatMap((value) => (value === undefined ? [] : [figure(value)])).join(', by CPU time ');
  return `far off: ${what}: ${measured}; the goal is ${goal}, and docs/benchmarks.md has ${was === '' ? 'nothing' : was}`;
};

/** A ratio that is no number is worse than none: no comparison with it is ever true. */
const isJudged = ({ byClock, byCpu }: Votes): boolean => [byClock ?? 0, byCpu].every(Number.isFinite);

const problemOf = (goal: Goal, document: string): string | undefined => {
  const { what, measured, votes } = goal;
  if (votes === undefined || !isJudged(votes)) {
    return `not judged: ${what}: expected ratios to the floor, by the clock or by CPU time; there is ${measured}. Processor time is read from /proc/PID/schedstat, on Linux only`;
  }
  const published = publishedIn(document, goal);
  return isFarOff(votes, published) ? wordsOf(goal, published) : undefined;
};

/**
 * What is so much worse than its goal, or than the last published run where that missed the goal, that the machine does not explain it: both by
 * the clock and by processor time, or by one of them so far that the other does not matter. And what could not be judged.
 * @param document docs/benchmarks.md
 */
export const farOff = (goals: readonly Goal[], document: string): readonly string[] =>
  goals.flatMap((goal) => problemOf(goal, document) ?? []);
