import { asksForTokens } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'every-kiro-log-in-counts-as-social',
  about: 'Refresh tokens of AWS are sent to the endpoint of Kiro’s social log-in',
  seenIn: 'sheet R16 (d) L2: an auth_method in capitals, or none',
  back: (message, passOn) =>
    passOn(
      asksForTokens(message)
        ? {
            ...message,
            path: message.path.replace(/oidc\.[a-z0-9-]+\.amazonaws\.com\/token/, 'prod.us-east-1.auth.desktop.kiro.dev/refreshToken'),
          }
        : message,
    ),
});
