import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'unknown-management-paths-get-a-page',
  about: 'What the management API does not have is answered with the control panel’s page and 200, as a web application would',
  seenIn: 'sheet X2 (c): an unknown path is 404, never a page',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!message.path.startsWith('/v0/management/') || reply.status !== 404) return reply;
    return { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<html>panel</html>') };
  },
});
