import { asksWithToken, jsonReply } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'good-tokens-are-renewed-anyway',
  about: 'The token that stands in an account’s file is taken for dead, however good it is',
  seenIn: 'sheet R16 (e) 2: opaque tokens must not be judged by their look',
  back: async (message, passOn) =>
    asksWithToken(message) && (message.headers['authorization'] ?? '').endsWith('-access-0')
      ? jsonReply(401, { error: { message: 'token expired' } })
      : passOn(message),
});
