import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'streams-lose-their-terminal-event',
  about: 'A stream ends without its dialect’s last event',
  seenIn: 'performance.md 3.3 row 1; CPA#346',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!reply.headers['content-type']?.includes('event-stream')) return reply;
    const events = textOf(reply).split(/(?<=\n\n)/);
    return withText(reply, events.slice(0, -1).join(''));
  },
});
