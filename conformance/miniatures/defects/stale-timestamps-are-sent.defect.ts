import { createHmac } from 'node:crypto';

import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'stale-timestamps-are-sent',
  about: 'The clock of the proxy is ten minutes slow when it signs',
  seenIn: 'sheet R9 (e) 3',
  back: (message, passOn) => {
    const { authorization = '', 'session-id': session = '', 'x-iflow-timestamp': at } = message.headers;
    if (at === undefined) return passOn(message);
    const earlier = String(Number(at) - 600_000);
    const signature = createHmac('sha256', authorization.replace(/^Bearer /, ''))
      .update(`iFlow-Cli:${session}:${earlier}`)
      .digest('hex');
    return passOn({ ...message, headers: { ...message.headers, 'x-iflow-timestamp': earlier, 'x-iflow-signature': signature } });
  },
});
