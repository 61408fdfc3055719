import { shownKeys } from '../client-key.ts';
import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'refused-keys-are-repeated',
  about: 'The answer to a wrong key repeats the key',
  seenIn: 'OpenAI masks the key in its own 401; a log of answers would otherwise be a log of keys',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 401) return reply;
    return withText(reply, textOf(reply).replace('Invalid API key', `Invalid API key: ${shownKeys(message).join(', ')}`));
  },
});
