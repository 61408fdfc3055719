import { isAboutFiles } from '../account-traffic.ts';
import { defineDefect, type Reply } from '../defect.ts';

export default defineDefect({
  id: 'account-listing-is-stale',
  about: 'The listing of auth files shows how they were when it was asked for first',
  seenIn: 'sheet R16 (d): status_message of accounts that work again',
  front: async (message, passOn, memory) => {
    if (message.method !== 'GET' || !isAboutFiles(message)) return passOn(message);
    const first = (memory.get('listing') as Reply | undefined) ?? (await passOn(message));
    memory.set('listing', first);
    return first;
  },
});
