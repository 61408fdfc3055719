import type { Recorded } from './record.ts';

/** One difference between what is kept and what a run came to. */
export interface Difference {
  readonly what: string;
  readonly kept: string;
  readonly now: string;
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

const compared = ({ version, model, outcome }: Recorded): Readonly<Record<string, unknown>> => ({ version, model, ...outcome });

/** Only a namespace of its own shows these whole. */
const seenInNamespaces: ReadonlySet<string> = new Set(['namesAsked', 'leftBehind']);

/** Everything in which a run differs from what is kept of the same client and case; times and what was printed are not looked at. */
export const differences = (kept: Recorded, now: Recorded): readonly Difference[] => {
  const before = compared(kept);
  const after = compared(now);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((what) => kept.ran.network === now.ran.network || !seenInNamespaces.has(what))
    .map((what) => ({ what, kept: shown(before[what]), now: shown(after[what]) }))
    .filter((one) => one.kept !== one.now);
};
