/**
 * Waits for all. One failure is thrown as it is; several as one AggregateError, in the order of `work`, so that a person can mend all of them at once.
 * What was made is dropped then: only for work that reads and starts nothing.
 */
export const together = async <const Work extends readonly Promise<unknown>[]>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> => {
  const settled = await Promise.allSettled(work);
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const all = failures.flatMap((failure) => (failure instanceof AggregateError ? (failure.errors as readonly unknown[]) : [failure]));
  if (all.length > 1) throw new AggregateError(all, `${all.length} inputs cannot be used`);
  if (all.length === 1) throw all[0];
  return Promise.all(work);
};
