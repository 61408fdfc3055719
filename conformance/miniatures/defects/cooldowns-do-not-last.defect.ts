import { managementKey } from '#scenarios/access/accounts';

import { defineDefect, type Message } from '../defect.ts';

const ending = (message: Message): Message => ({
  ...message,
  method: 'DELETE',
  path: '/v0/management/cooldowns',
  headers: { 'x-management-key': managementKey },
  body: Buffer.alloc(0),
  chunked: false,
});

export default defineDefect({
  id: 'cooldowns-do-not-last',
  about: 'What was learnt of an account is forgotten before the next request',
  seenIn: 'sheet R2 (d): with cooling disabled every request re-asks a blocked account',
  front: async (message, passOn) => {
    if (message.method === 'POST') await passOn(ending(message));
    return passOn(message);
  },
});
