import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'only-v1-is-forwarded',
  about: 'A reverse proxy in front forwards /v1 only and answers everything else with a page of its own',
  seenIn: 'sheet X2 (e) 5: a 404 that is not the proxy’s',
  front: (message, passOn) =>
    message.path.startsWith('/v1')
      ? passOn(message)
      : Promise.resolve({
          status: 404,
          headers: { 'content-type': 'text/html' },
          body: Buffer.from('<html><h1>404 Not Found</h1></html>'),
        }),
});
