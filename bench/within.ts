/** What is promised, if it comes in time. Rejects after `ms` with `what` did not come; for measures, which would else wait for ever for a broken target. */
export const within = async <T>(ms: number, promised: Promise<T>, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promised, late]);
  } finally {
    clearTimeout(timer);
  }
};
