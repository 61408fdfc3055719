import { defineDefect, withStatus } from '../defect.ts';

export default defineDefect({
  id: 'the-vendors-faults-are-the-callers',
  about: 'Whatever goes wrong at the vendor is answered with 400, so that no client asks again',
  seenIn: 'sheet row 17 (c), the other way round: builds say 408, 500 or 502 of a vendor that ends too early',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status >= 500 ? withStatus(reply, 400) : reply;
  },
});
