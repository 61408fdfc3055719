/** Lets so many run at once; the others wait, first come, first served. */
export const newTurns = (atOnce: number): (<T>(run: () => Promise<T>) => Promise<T>) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run) => {
    if (running < atOnce) running += 1;
    else await new Promise<void>((turn) => waiting.push(turn)); // The one who ends hands over.
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
};
