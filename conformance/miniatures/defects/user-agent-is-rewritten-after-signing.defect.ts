import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'user-agent-is-rewritten-after-signing',
  about: 'A middlebox rewrites User-Agent after the request was signed',
  seenIn: 'sheet R9 (e) 6',
  back: (message, passOn) => passOn({ ...message, headers: { ...message.headers, 'user-agent': 'gateway/1.0' } }),
});
