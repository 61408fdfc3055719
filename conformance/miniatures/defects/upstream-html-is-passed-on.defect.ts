import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'upstream-html-is-passed-on',
  about: 'An HTML error page of the upstream is handed to the caller',
  seenIn: 'sheet R6 (e) 12: nginx answers 413 as HTML',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 413) return reply;
    const page = '<html><head><title>413 Request Entity Too Large</title></head><body></body></html>';
    return { status: 413, headers: { 'content-type': 'text/html', server: 'nginx' }, body: Buffer.from(page) };
  },
});
