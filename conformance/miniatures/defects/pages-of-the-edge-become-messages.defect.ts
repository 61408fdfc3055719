import { defineDefect, refuse, textOf, type Message } from '../defect.ts';

const tokenOf = (message: Message): string => /wpt_[a-z0-9]{16}/.exec(textOf(message))?.[0] ?? '';

export default defineDefect({
  id: 'pages-of-the-edge-become-messages',
  about: 'A page of HTML from in front of the vendor stands as a whole in the error’s message',
  seenIn: 'sheet 1.4: HTML bodies are not JSON, so the whole page lands in message; R2 (b) 7',
  front: async (message, passOn, memory) => {
    const reply = await passOn(message);
    const page = memory.get(tokenOf(message));
    return typeof page === 'string' && reply.status >= 400 ? refuse(message, reply.status, page) : reply;
  },
  back: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (reply.headers['content-type']?.includes('html')) memory.set(tokenOf(message), textOf(reply));
    return reply;
  },
});
