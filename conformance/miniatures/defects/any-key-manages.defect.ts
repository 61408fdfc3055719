import { defineDefect } from '../defect.ts';

const managementKey = 'wireproof-management-key-of-the-suite';

export default defineDefect({
  id: 'any-key-manages',
  about: 'The management API takes whatever key it is shown, a client’s too',
  seenIn: 'sheet X2 (e) 6: the client’s key is another key space',
  front: (message, passOn) => {
    const shows = ['authorization', 'x-management-key', 'x-management-secret'].some((name) => message.headers[name] !== undefined);
    if (!message.path.startsWith('/v0/management') || !shows) return passOn(message);
    return passOn({ ...message, headers: { ...message.headers, 'x-management-key': managementKey } });
  },
});
