import { defineDefect } from '../defect.ts';
import { isErrorEvent, withFailedStream } from '../error-events.ts';

/** What a decoder makes of an event that ends in the middle of a letter. */
const half = 'data: {"text":"\uFFFD';

export default defineDefect({
  id: 'half-events-are-passed-on',
  about: 'When a stream breaks, what has come of its last event is passed on, cut as it is, and the error runs on from there',
  seenIn: 'sheet row 17 (e) 5; CLIProxyAPI before v6.8.27: frames that validating SDKs refuse',
  front: async (message, passOn) =>
    withFailedStream(await passOn(message), (events) => events.map((event) => (isErrorEvent(event) ? `${half}${event}` : event))),
});
