import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'programs-are-refused-by-their-name',
  about: 'the proxy refuses programs by their User-Agent, so that what one client is answered another is not',
  seenIn: 'row 14: the direct request of the page’s check is answered, the client is not',
  inClients: true,
  front: (message, passOn) =>
    message.headers['user-agent'] === 'node' ? Promise.resolve(refuse(message, 403, 'This program is not allowed.')) : passOn(message),
});
