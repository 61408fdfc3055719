/** Lets so many milliseconds go by. For measures only: what a measure waits for is the time itself. */
export const pauseOf = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
