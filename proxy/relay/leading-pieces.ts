/** One read brings less. Beyond, an event may have more escapes than a pattern has room to step back through. */
const mostLookedAtBytes = 131_072;

/**
 * How many bytes at the beginning of a batch are events that are only pieces of a text, of which `event` is the pattern. Those behind
 * another event do not count: it might have ended the answer.
 */
export const leadingPieces = (bytes: Buffer, event: RegExp): number => {
  if (bytes.length > mostLookedAtBytes) return 0;
  const text = bytes.toString('latin1');
  let end = 0;
  for (event.lastIndex = 0; event.test(text); end = event.lastIndex);
  event.lastIndex = 0;
  return end;
};
