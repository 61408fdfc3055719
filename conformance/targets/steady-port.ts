import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { claimPort } from './free-port.ts';

/** Below what systems give to whoever asks for any port, outgoing connections included (Linux: from 32768). */
const [first, end] = [20_000, 32_000];
const mostTries = 50;

let next = randomInt(first, end);

/** Beginning anywhere, since other processes do the same; and no port twice in short order, since between claim and use it is free to all. */
const following = (): number => {
  const port = next;
  next = port + 1 < end ? port + 1 : first;
  return port;
};

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
    const port = following();
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found between ${first} and ${end} on 127.0.0.1`);
};

const isTaken = (error: unknown): boolean =>
  error instanceof Error && ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' || isTaken(error.cause));

/** Far longer than the start of a program keeps an address. */
const heldForMs = 2_000;
const betweenMs = 5;

/**
 * Starts a server at an address that this process has just had. A program that another thread starts in the moment in which a socket stops
 * listening has a copy of it until it is its own program (between fork and exec), so that the address is taken for some milliseconds.
 * @param serve is called again while it rejects with EADDRINUSE, as the error's code or that of its cause
 * @throws what `serve` rejects with: at once if it is anything else, after `withinMs` if the address stays taken
 */
export const whenFree = async <Served>(serve: () => Promise<Served>, withinMs = heldForMs): Promise<Served> => {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    try {
      return await serve();
    } catch (error) {
      if (!isTaken(error) || performance.now() >= endsAt) throw error;
    }
    await pause(betweenMs);
  }
};
