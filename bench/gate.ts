import type { Goal, Votes } from './measure.ts';
import { figure } from './wording.ts';

/**
 * A ratio this much worse is no accident, when the ratio of processor time is so, too. The same build has had 0.60 and 0.91 times the floor's
 * events per second on one machine, whose processor was twice as fast at one time as at the other; what costs twice as much is seen.
 */
const tolerance = 0.4;

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

const isFarOff = ({ bound, better, byClock, byCpu }: Votes, published: Published | undefined): boolean => {
  const isWorse = (value: number, was = bound): boolean =>
    better === 'more' ? value < Math.min(bound, was) * (1 - tolerance) : value > Math.max(bound, was) * (1 + tolerance);
  return (byClock === undefined || isWorse(byClock, published?.byClock)) && isWorse(byCpu, published?.byCpu);
};

/** What came of a goal that is far off, beside what was asked and what was published. */
const wordsOf = ({ what, goal, measured }: Goal, { byClock, byCpu }: Published = {}): string => {
  const was = [byClock, byCpu].flatMap((value) => (value === undefined ? [] : [figure(value)])).join(', by CPU time ');
  return `far off: ${what}: ${measured}; the goal is ${goal}, and docs/benchmarks.md has ${was === '' ? 'nothing' : was}`;
};

/**
 * What is more than two fifths worse than its goal, or than the last published run where that missed the goal: by the clock and by processor
 * time, as only both together are not the machine's doing.
 * @param document docs/benchmarks.md
 */
export const farOff = (goals: readonly Goal[], document: string): readonly string[] =>
  goals.flatMap((goal) => {
    const published = publishedIn(document, goal);
    return goal.votes !== undefined && isFarOff(goal.votes, published) ? [wordsOf(goal, published)] : [];
  });
