import { defineDefect } from '../defect.ts';
import { isErrorEvent } from '../error-events.ts';
import { eventsOf, isStream } from '../streamed-events.ts';

export default defineDefect({
  id: 'broken-streams-break-the-connection',
  about: 'A stream that breaks upstream breaks towards the caller too, with the framing of the answer open',
  seenIn: 'performance.md 3.3 row 1; CLIProxyAPI pull 5932',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return isStream(reply) && eventsOf(reply).some(isErrorEvent) ? { ...reply, broken: true } : reply;
  },
});
