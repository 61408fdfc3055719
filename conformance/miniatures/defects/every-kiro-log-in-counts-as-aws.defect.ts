import { asksForTokens } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'every-kiro-log-in-counts-as-aws',
  about: 'Refresh tokens of Kiro’s social log-in are sent to AWS',
  seenIn: 'sheet R16 (b) 2: the endpoint follows from stored fields, not from the token',
  back: (message, passOn) =>
    passOn(
      asksForTokens(message)
        ? {
            ...message,
            path: message.path.replace('prod.us-east-1.auth.desktop.kiro.dev/refreshToken', 'oidc.us-east-1.amazonaws.com/token'),
          }
        : message,
    ),
});
