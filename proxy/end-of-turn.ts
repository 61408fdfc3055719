let waiting: (() => void)[] = [];
let lastOfTurn: (() => void)[] = [];
/** How many times `doLast` is still to be called. */
let lastCalls = 0;

const doAll = (): void => {
  const now = waiting;
  waiting = [];
  for (const work of now) work();
};

const doLast = (): void => {
  lastCalls -= 1;
  const now = lastOfTurn;
  lastOfTurn = [];
  for (const work of now) work();
};

const callLast = (): void => {
  lastCalls += 1;
  setImmediate(doLast);
};

/**
 * Does this when all that has come in this turn of the event loop has been read. Exchanges that are at the same point then go on side by
 * side, each step for all of them: the code of one step stays in the processor's caches, which is a tenth of a short request's time.
 * @param work must not throw
 */
export const atEndOfTurn = (work: () => void): void => {
  waiting.push(work);
  if (waiting.length > 1) return;
  setImmediate(doAll);
  // In the same turn, when all that follows from the work without waiting is done: Node empties its queues between the two.
  callLast();
};

/**
 * Does this behind all that is done at the end of this turn and follows from it, before anything more is read.
 * @param work must not throw
 */
export const behindEndOfTurn = (work: () => void): void => {
  lastOfTurn.push(work);
  if (lastCalls === 0) callLast();
};

export const endOfTurn = (): Promise<void> => new Promise(atEndOfTurn);
