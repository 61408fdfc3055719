import { defineDefect, refuse } from '../defect.ts';
import { isErrorEvent, withFailedStream } from '../error-events.ts';

/** A failure inside of a stream, with neither a word nor a code of its reason. */
const wordless = (event: string): string =>
  isErrorEvent(event)
    ? event
        .replace(/"message":"(?:[^"\\]|\\.)*"/, '"message":"internal error"')
        .replaceAll(/"(?:upstream_timeout|timeout_error|DEADLINE_EXCEEDED)"/g, '"api_error"')
    : event;

export default defineDefect({
  id: 'timeouts-are-told-as-server-errors',
  about: 'Who was given up on learns that something went wrong, and not that it took too long',
  seenIn: 'sheet X5 (c): deadline errors that reach the caller as a plain 500',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 504 ? refuse(message, 500, 'internal error') : withFailedStream(reply, (events) => events.map(wordless));
  },
});
