/** Bounds on what an upstream may send, in bytes. */
export const maxErrorBodyBytes = 1024 * 1024;
export const maxAnswerBytes = 64 * 1024 * 1024;
/** One event of a stream, from its first byte to the blank line. */
export const maxEventBytes = 16 * 1024 * 1024;
