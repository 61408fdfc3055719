import { renewedToken } from '#fixtures/upstreams/token-renewal';

import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'every-403-renews-the-token',
  about: 'Any 403 costs a renewal and a second request, although no token mends a missing licence',
  seenIn: 'sheet R2 (e) 4: classification by status alone is wrong, in both directions',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 403) return reply;
    return passOn({ ...message, headers: { ...message.headers, authorization: `Bearer ${renewedToken}` } });
  },
});
