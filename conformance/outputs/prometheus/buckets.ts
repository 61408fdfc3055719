/** Seconds. Answers of language models take from a tenth of a second to minutes; each bound is about twice the one before. */
export const durationBuckets = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300];

/** Seconds until the first byte of an answer; finer where people notice. */
export const firstByteBuckets = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 60];

/** Seconds. A schedule is kept when rounds begin within the first ones. */
export const lagBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300];
