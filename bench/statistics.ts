/** A repeated figure in short. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** The middle one; the mean of the two middle ones when there is an even number. Throws RangeError when there is none. */
export const median = (values: readonly number[]): number => {
  if (values.length === 0) throw new RangeError('no values, so no median');
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
};

/** Median, least and greatest. Throws RangeError when there is no value or one that is no number. */
export const spreadOf = (values: readonly number[]): Spread => {
  if (!values.every(Number.isFinite)) throw new RangeError(`not all values are numbers: ${values.join(', ')}`);
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), count: values.length };
};

/** Quotients of figures that were taken side by side, round by round; drift of the machine cancels out. */
export const ratiosOf = (ours: readonly number[], theirs: readonly number[]): readonly number[] => {
  if (ours.length !== theirs.length) throw new RangeError(`${ours.length} rounds against ${theirs.length}`);
  return ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
};

/** The value below which this share of the values lies (nearest rank). */
export const quantile = (values: readonly number[], share: number): number => {
  if (values.length === 0) throw new RangeError('no values, so no quantile');
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
};
