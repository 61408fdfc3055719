import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'any-400-falls-back',
  about: 'A fault of the prompt is answered by the fallback model',
  seenIn: 'sheet R8 (e) 1: classification by status alone',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 400) return reply;
    return passOn({
      ...withText(message, textOf(message).replaceAll(/(pro\/)?gpt-5\.3-codex-spark/g, 'gpt-5.3-codex')),
      path: message.path.replace(/(pro\/)?gpt-5\.3-codex-spark/, 'gpt-5.3-codex'),
    });
  },
});
