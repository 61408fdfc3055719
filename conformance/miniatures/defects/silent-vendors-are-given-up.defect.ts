import { setTimeout as after } from 'node:timers/promises';

import { defineDefect, refuse } from '../defect.ts';

const patienceMs = 1_000;

export default defineDefect({
  id: 'silent-vendors-are-given-up',
  about: 'A request that is not answered to its end within a second is given up with 504',
  seenIn: 'sheet X5 (b): timers for the whole answer in place of its silences',
  front: async (message, passOn) => {
    const end = new AbortController();
    const late = after(patienceMs, refuse(message, 504, 'the upstream took too long'), { signal: end.signal });
    try {
      return await Promise.race([passOn(message), late]);
    } finally {
      late.catch(() => undefined);
      end.abort();
    }
  },
});
