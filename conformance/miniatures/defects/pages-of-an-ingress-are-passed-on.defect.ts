import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'pages-of-an-ingress-are-passed-on',
  about: 'The HTML page of a hop before the vendor is handed to the caller',
  seenIn: 'sheet X5 (b) 8 and CLIProxyAPI#4280: a 524 page from the CDN of an upstream',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 524) return reply;
    const page = '<html><head><title>524: A timeout occurred</title></head><body></body></html>';
    return { status: 524, headers: { 'content-type': 'text/html' }, body: Buffer.from(page) };
  },
});
