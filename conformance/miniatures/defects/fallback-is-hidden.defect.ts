import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'fallback-is-hidden',
  about: 'The answer of a fallback model is passed off as the requested one',
  seenIn: 'sheet R8 (f): a silently aliased fallback cannot be told',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    const { 'wireproof-fallback': _hidden, ...headers } = reply.headers;
    return withText({ ...reply, headers }, textOf(reply).replaceAll('"gpt-5.3-codex"', '"gpt-5.3-codex-spark"'));
  },
});
