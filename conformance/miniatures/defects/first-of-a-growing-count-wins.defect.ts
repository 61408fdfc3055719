import { defineDefect } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';
import { withUsage } from '../usage-places.ts';

export default defineDefect({
  id: 'first-of-a-growing-count-wins',
  about: 'Of an upstream that counts in every chunk the first count is kept and the others are ignored',
  seenIn: 'CPA@feb: a once-latch keeps the first non-zero usage, cumulative streams are undercounted (sheet R11)',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    if (!isStream(reply)) return reply;
    let isFirst = true;
    return withEvents(reply, (json) =>
      withUsage(json, (usage) => {
        const kept = isFirst ? usage : undefined;
        isFirst = false;
        return kept;
      }),
    );
  },
});
