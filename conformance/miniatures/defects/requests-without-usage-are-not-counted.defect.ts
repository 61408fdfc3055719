import { defineDefect, textOf } from '../defect.ts';
import { hidingCounts } from '../hidden-counts.ts';

export default defineDefect({
  id: 'requests-without-usage-are-not-counted',
  about: 'A request of which the upstream told no tokens is not counted at all',
  seenIn: 'CPA#2273; CPA@feb: a record whose tokens are all 0 is dropped (sheet R11)',
  front: (message, passOn, memory) => hidingCounts(message, passOn, memory, () => memory.get('told') !== true),
  back: async (message, passOn, memory) => {
    const reply = await passOn(message);
    memory.set('told', /"usage(Metadata)?":\{/.test(textOf(reply)));
    return reply;
  },
});
