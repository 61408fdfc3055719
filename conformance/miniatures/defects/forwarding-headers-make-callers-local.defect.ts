import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'forwarding-headers-make-callers-local',
  about: 'A caller who writes X-Forwarded-For: 127.0.0.1 counts as the machine itself',
  seenIn: 'sheet X2 (e) 2: forwarding headers from any peer are believed',
  front: (message, passOn) => {
    const { 'x-forwarded-for': address, ...others } = message.headers;
    return passOn(address === '127.0.0.1' ? { ...message, headers: others } : message);
  },
});
