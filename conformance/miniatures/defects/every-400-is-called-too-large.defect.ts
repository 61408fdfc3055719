import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'every-400-is-called-too-large',
  about: 'Every unexplained 400 is blamed on the size',
  seenIn: 'sheet R6 (e) 6: the same text is used for schema faults',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 400
      ? refuse(message, 400, `The upstream refused a body that may be too large (${message.body.length} bytes).`)
      : reply;
  },
});
