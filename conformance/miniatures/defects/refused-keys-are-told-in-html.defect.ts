import { defineDefect, withText } from '../defect.ts';

export default defineDefect({
  id: 'refused-keys-are-told-in-html',
  about: 'A refused key gets a page instead of an error',
  seenIn: 'sheet R1 (c): stream and other requests get the same JSON',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 401) return reply;
    return {
      ...withText(reply, '<html><body><h1>401 Authorization Required</h1></body></html>'),
      headers: { 'content-type': 'text/html' },
    };
  },
});
