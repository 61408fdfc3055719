import { asksWithToken } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'the-first-access-token-is-shown-for-ever',
  about: 'Requests go out with the token that was read at the start, whoever has renewed it since',
  seenIn: 'sheet R16 (d) L6: each program keeps what it read',
  back: (message, passOn) => {
    const { authorization = '' } = message.headers;
    const first = { ...message.headers, authorization: authorization.replace(/-access-\d+$/, '-access-0') };
    return passOn(asksWithToken(message) ? { ...message, headers: first } : message);
  },
});
