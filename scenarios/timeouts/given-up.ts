import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  cannotTell,
  deviates,
  errorIn,
  everyUpstreamCall,
  holds,
  inShort,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { endsInAnError } from '../complaints/stream-end.ts';

/** What a proxy owes to callers, and to a vendor, that it has waited for in vain. */

export const saidByUpstream = 'Wireproof says ok.';

/** Longest silence that the target is told to bear. */
export const patienceSeconds = 2;
/** Far longer; whoever bears it holds the caller for as long as that. */
export const silenceMs = 60_000;
/** How long the caller waits before it holds the target for hung. A bound and no threshold: four times the patience. */
export const callerMs = 8_000;

export const marked =
  (marker: string) =>
  ({ bodyBytes }: UpstreamRequest): boolean =>
    bodyBytes.includes(marker);

export const textOf = ({ surface, stream }: UpstreamRequest): string => `${surface}/text${stream ? '.stream' : ''}`;

/** Holds when the caller got an error that is whole, in its time. */
export const givenUp = (sight: CallerSight): Reading =>
  sight.end === 'timeout'
    ? deviates({ expected: `an error within ${callerMs} ms`, actual: inShort(sight) })
    : allOf(endsInAnError(sight), sight.end === 'complete' ? holds() : deviates({ expected: 'a whole answer', actual: inShort(sight) }));

/** The status has gone out where signs of life came first, as row 17 wants them to: then only the stream can tell. */
const isToldInTheStream = (sight: CallerSight): boolean =>
  sight.status === 200 && sight.events.length > 0 && endsInAnError(sight).kind === 'holds';

export const isServersFault = (sight: CallerSight): Reading =>
  (sight.status >= 500 && sight.status < 600) || isToldInTheStream(sight)
    ? holds()
    : deviates({ expected: 'a status of 500 and up, or an error inside of the stream', actual: inShort(sight) });

export const saysThatTimeIsUp = (sight: CallerSight): Reading => {
  const message = isToldInTheStream(sight) ? sight.events.at(-1)?.data : errorIn(sight)?.message;
  if (message === undefined) return cannotTell('not-exercised', inShort(sight));
  return /time|silent/i.test(message) ? holds() : deviates({ expected: 'a message that says that it took too long', actual: message });
};

export const letGo = (sight: FullSight): Reading =>
  everyUpstreamCall(sight, ({ receipt }) =>
    receipt !== undefined && receipt.ended !== 'complete'
      ? holds()
      : deviates({ expected: 'a connection that the target has ended', actual: receipt === undefined ? 'still open' : receipt.ended }),
  );
