import { defineDefect, textOf, withText, type Message } from '../defect.ts';

const tokenOf = (message: Message): string => /wpt_[a-z0-9]{16}/.exec(textOf(message))?.[0] ?? '';

export default defineDefect({
  id: 'refused-accounts-are-asked-first-each-time',
  about: 'An account that was refused is asked first again by every request',
  seenIn: 'sheet R2 (d): disable-cooling re-asks a blocked account each time; sheet R10 (e) 8: no suspension, so failing ids stay',
  back: async (message, passOn, memory) => {
    const token = tokenOf(message);
    const refused = memory.get('refused') as Message | undefined;
    if (refused !== undefined && tokenOf(refused) !== token) {
      await passOn(withText(refused, textOf(refused).replaceAll(tokenOf(refused), token)));
    }
    const reply = await passOn(message);
    if (refused === undefined && reply.status >= 400) memory.set('refused', message);
    return reply;
  },
});
