import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'vendors-paths-are-forwarded',
  about: 'what comes for /api/ is sent on to the vendor, who answers it',
  seenIn: 'row 14: CPA#1481, the request reached the proxy and was forwarded to ampcode.com',
  front: (message, passOn) =>
    message.path.startsWith('/api/')
      ? Promise.resolve({ status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"id":"user_1"}') })
      : passOn(message),
});
