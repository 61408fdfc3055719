import { showing } from '../client-key.ts';
import { defineDefect, textOf } from '../defect.ts';

export default defineDefect({
  id: 'vendors-401-passes-for-the-callers',
  about: 'A key that the vendor refuses is reported as if it were the caller’s',
  seenIn: 'sheet R1 (b): a different 401 comes from upstream',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    const isVendors = reply.status >= 400 && /Incorrect API key|invalid x-api-key|API key not valid/.test(textOf(reply));
    return isVendors ? passOn(showing(message, 'a-key-that-nobody-lists')) : reply;
  },
});
