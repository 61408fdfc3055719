import { defineDefect, textOf, type Reply } from '../defect.ts';

const emptyStream: Reply = { status: 200, headers: { 'content-type': 'text/event-stream' }, body: Buffer.alloc(0) };

export default defineDefect({
  id: 'early-failures-become-empty-streams',
  about: 'A stream that fails before its first event is an empty stream with status 200',
  seenIn: 'performance.md 3.3 row 5: preloop pull 121, LiteLLM pull 38606',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    const asksForStream = /"stream":\s*true/.test(textOf(message)) || message.path.includes('streamGenerateContent');
    return asksForStream && reply.status >= 500 ? emptyStream : reply;
  },
});
