import { randomInt } from 'node:crypto';

import { claimPort } from './free-port.ts';

/** Below what systems give to whoever asks for any port, outgoing connections included (Linux: from 32768). */
const [first, end] = [20_000, 32_000];
const mostTries = 50;

const isFree = (port: number): Promise<boolean> =>
  claimPort(port).then(
    () => true,
    () => false,
  );

/**
 * A loopback port that is free now, and that nobody is given by chance while its server is down: for servers that come back at their
 * address. @throws Error when none is found.
 */
export const steadyPort = async (): Promise<number> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(first, end);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found between ${first} and ${end} on 127.0.0.1`);
};
