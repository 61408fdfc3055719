import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'one-failure-stops-everything',
  about: 'After one server error of the vendor every request is refused without asking',
  seenIn: 'CLIProxyAPI#5639 and #5770: all credentials cooling down for hours',
  front: (message, passOn, memory) =>
    memory.has('failed') ? Promise.resolve(refuse(message, 503, 'all credentials are cooling down')) : passOn(message),
  back: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (reply.status >= 500 && reply.status !== 501) memory.set('failed', true);
    return reply;
  },
});
