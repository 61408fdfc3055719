import { renewedToken } from '#fixtures/upstreams/token-renewal';

import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'renewed-tokens-are-not-shown',
  about: 'A token that was renewed stays in the file; requests go out with the dead one until a restart',
  seenIn: 'CLIProxyAPIPlus#118, #125: 403 of Kiro until a new log-in',
  back: (message, passOn) => {
    const { authorization = '' } = message.headers;
    const stale = authorization.replace(renewedToken, 'wireproof-lapsed-access-token');
    return passOn({ ...message, headers: { ...message.headers, ...(authorization !== stale && { authorization: stale }) } });
  },
});
