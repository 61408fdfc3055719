import { defineDefect, type Message } from '../defect.ts';
import { isErrorEvent, withFailedStream } from '../error-events.ts';

/** The last events of a whole answer, in the caller's dialect. */
const goodEnd = ({ path }: Message): string => {
  if (path.startsWith('/v1/messages')) return 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
  if (path.startsWith('/v1beta'))
    return 'data: {"candidates":[{"content":{"role":"model","parts":[]},"finishReason":"STOP","index":0}]}\n\n';
  if (path.startsWith('/v1/responses')) return 'event: response.completed\ndata: {"type":"response.completed","response":{}}\n\n';
  return 'data: [DONE]\n\n';
};

export default defineDefect({
  id: 'broken-streams-end-as-if-whole',
  about: 'A stream that breaks upstream gets the end of a whole answer',
  seenIn: 'performance.md 3.3 row 1: an invented [DONE]; llm-rosetta#481',
  front: async (message, passOn) =>
    withFailedStream(await passOn(message), (events) => events.map((event) => (isErrorEvent(event) ? goodEnd(message) : event))),
});
