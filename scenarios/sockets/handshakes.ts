import { deviates, errorIn, holds, inShort, type CallerSight, type Reading } from '#scenarios/kit/index';
import { socketOf } from '#scenarios/kit/actions/websocket';

/** Holds when the upgrade was refused for its key, before any socket was there, in words that a client can read. */
export const turnedAway = (sight: CallerSight): Reading => {
  const { error } = (sight.json ?? {}) as { readonly error?: unknown };
  // Builds say {"error":"Invalid API key"} (sheet X4 c), others use the envelope.
  const isTold = errorIn(sight) !== undefined || (typeof error === 'string' && error !== '');
  return sight.status === 401 && isTold && socketOf(sight) === undefined
    ? holds()
    : deviates({ expected: '401 with an error in JSON, in place of 101', actual: inShort(sight) });
};

/** Holds when the upgrade was taken and the socket is one: it answered something, or closed as the caller asked. */
export const takenUp = (sight: CallerSight): Reading =>
  sight.status === 101 && socketOf(sight)?.closeCode === 1000 && sight.end === 'complete'
    ? holds()
    : deviates({ expected: '101 and a socket that closes when asked', actual: inShort(sight) });
