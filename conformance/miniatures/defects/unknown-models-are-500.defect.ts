import { defineDefect, withStatus } from '../defect.ts';

export default defineDefect({
  id: 'unknown-models-are-500',
  about: 'A model that nobody serves is reported as a fault of the server',
  seenIn: 'sheet R5 (c): 502 until v7.2.120; kaitranntt/ccs issue 471',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 404 || reply.status === 400 ? withStatus(reply, 500) : reply;
  },
});
