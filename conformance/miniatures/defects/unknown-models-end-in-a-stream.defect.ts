import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'unknown-models-end-in-a-stream',
  about: 'A refusal of a request for a stream comes as an event stream',
  seenIn: 'sheet 1.5: errors before the first event are plain JSON',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status >= 400 ? { ...reply, headers: { ...reply.headers, 'content-type': 'text/event-stream' } } : reply;
  },
});
