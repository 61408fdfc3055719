import { createHash } from 'node:crypto';

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * The correlation token of one step: `wpt_` and 16 letters or digits. The same parts give the same token, so a seeded run repeats
 * byte for byte; other parts give, for all practical purposes, another one.
 */
export const tokenFor = (...parts: readonly (string | number)[]): string => {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return `wpt_${[...digest.subarray(0, 16)].map((byte) => alphabet[byte % alphabet.length]).join('')}`;
};
