import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'one-limit-stops-the-account',
  about: 'After a 429 for one model the whole credential rests, for all of its models',
  seenIn: 'CLIProxyAPI#5758, #2428 and #4327',
  front: (message, passOn, memory) =>
    memory.has('limited') ? Promise.resolve(refuse(message, 429, 'all credentials are cooling down')) : passOn(message),
  back: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (reply.status === 429) memory.set('limited', true);
    return reply;
  },
});
