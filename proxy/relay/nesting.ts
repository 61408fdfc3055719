/** What reads JSON level by level runs out of stack on a body that only nests; `JSON.parse` takes any depth. */
export const ranOutOfStack = (error: unknown): boolean => error instanceof RangeError && error.message.includes('call stack');
