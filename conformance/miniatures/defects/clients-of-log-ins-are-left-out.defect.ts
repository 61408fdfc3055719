import { asksForTokens } from '../account-traffic.ts';
import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'clients-of-log-ins-are-left-out',
  about: 'A renewal does not say to which client the log-in was issued',
  seenIn: 'sheet R16 (d) L6: client id and secret lie in a second file, which is not always found',
  back: (message, passOn) =>
    passOn(asksForTokens(message) ? withJson(message, ({ clientId: _id, clientSecret: _secret, ...rest }) => rest) : message),
});
