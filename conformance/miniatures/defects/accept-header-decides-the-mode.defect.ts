import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'accept-header-decides-the-mode',
  about: 'Accept: text/event-stream turns a compaction into an event stream',
  seenIn: 'sheet row 20 (e) 7',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!message.path.endsWith('/compact') || message.headers['accept'] !== 'text/event-stream') return reply;
    return { ...withText(reply, `data: ${textOf(reply)}\n\n`), headers: { 'content-type': 'text/event-stream' } };
  },
});
