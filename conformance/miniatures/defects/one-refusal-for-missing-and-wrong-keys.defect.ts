import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'one-refusal-for-missing-and-wrong-keys',
  about: 'A missing key is answered as if it were wrong',
  seenIn: 'sheet 1.1: two messages, by which a stripped header is told from a rotated key',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 401 ? withText(reply, textOf(reply).replace('Missing API key', 'Invalid API key')) : reply;
  },
});
