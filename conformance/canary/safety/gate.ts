/** Lets so many through at a time, the others in the order in which they came. */
export interface Gate {
  /** True when it is one's turn; false when the signal came first. */
  readonly enter: (signal: AbortSignal) => Promise<boolean>;
  readonly leave: () => void;
  readonly inside: () => number;
}

interface Waiting {
  readonly go: () => void;
}

export const openGate = (width: number): Gate => {
  const waiting: Waiting[] = [];
  let inside = 0;
  const admit = (): void => {
    while (inside < width) {
      const next = waiting.shift();
      if (next === undefined) return;
      inside += 1;
      next.go();
    }
  };
  const wait = (signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(one), 1);
        resolve(false);
      };
      const one: Waiting = {
        go: () => {
          signal.removeEventListener('abort', giveUp);
          resolve(true);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.push(one);
      admit();
    });
  return {
    enter: async (signal) => !signal.aborted && (await wait(signal)),
    leave: () => {
      inside -= 1;
      admit();
    },
    inside: () => inside,
  };
};
