import { withText, type Reply } from './defect.ts';
import { eventsOf, isStream } from './streamed-events.ts';

/** For defects in the way streams fail. */

/** An event that tells a failure, in any of the dialects. */
export const isErrorEvent = (event: string): boolean => /"error":\{|"type":"(?:error|response\.failed)"/.test(event);

/** A stream that tells a failure, with its events edited; all other replies as they are. */
export const withFailedStream = (reply: Reply, edit: (events: readonly string[]) => readonly string[]): Reply => {
  if (!isStream(reply)) return reply;
  const events = eventsOf(reply);
  return events.some(isErrorEvent) ? withText(reply, edit(events).join('')) : reply;
};
