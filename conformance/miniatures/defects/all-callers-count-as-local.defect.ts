import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'all-callers-count-as-local',
  about: 'A front proxy on the same machine drops the forwarding headers, so that everybody manages as if he sat there',
  seenIn: 'sheet X2 (e) 2: a front proxy on the host makes every remote user localhost',
  front: (message, passOn) => {
    const { 'x-forwarded-for': _for, forwarded: _forwarded, ...headers } = message.headers;
    return passOn({ ...message, headers });
  },
});
