import { asksForTokens, jsonReply, shownRefreshToken } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'failed-renewals-count-as-renewals',
  about: 'A renewal that fails gives the old token back without an error, and it is shown again',
  seenIn: 'sheet R16 (d) L1: Refresh returns the same credential without error',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    if (!asksForTokens(message) || reply.status === 200) return reply;
    const token = shownRefreshToken(message).replace('-refresh-', '-access-');
    return jsonReply(200, { access_token: token, accessToken: token, expires_in: 3_600, expiresIn: 3_600 });
  },
});
