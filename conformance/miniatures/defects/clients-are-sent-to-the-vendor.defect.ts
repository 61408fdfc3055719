import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'clients-are-sent-to-the-vendor',
  about: 'the proxy redirects questions to the vendor, with 307, and clients follow',
  seenIn: 'row 14: a bypass that no environment explains',
  inClients: true,
  front: (message, passOn) =>
    message.method === 'POST'
      ? Promise.resolve({
          status: 307,
          headers: { location: `https://vendor.wireproof.invalid${message.path}` },
          body: Buffer.alloc(0),
        })
      : passOn(message),
});
