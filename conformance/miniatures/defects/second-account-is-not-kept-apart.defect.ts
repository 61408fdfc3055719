import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'second-account-is-not-kept-apart',
  about: 'A request for one account goes out with the credential of another',
  seenIn: 'sheet R8 (e) 2: mixed pools',
  back: (message, passOn, memory) => {
    const authorization = message.headers['authorization'];
    const first = memory.get('first') ?? authorization;
    if (message.path.startsWith('/codex')) memory.set('first', first);
    return passOn({
      ...message,
      headers: { ...message.headers, ...(typeof first === 'string' && message.path.startsWith('/codex') && { authorization: first }) },
    });
  },
});
