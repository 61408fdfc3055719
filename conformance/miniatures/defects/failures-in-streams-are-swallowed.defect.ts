import { defineDefect } from '../defect.ts';
import { isErrorEvent, withFailedStream } from '../error-events.ts';

export default defineDefect({
  id: 'failures-in-streams-are-swallowed',
  about: 'A stream that breaks upstream just stops: no event tells the failure',
  seenIn: 'CLIProxyAPI#346 and #4682, preloop#117',
  front: async (message, passOn) => withFailedStream(await passOn(message), (events) => events.filter((event) => !isErrorEvent(event))),
});
