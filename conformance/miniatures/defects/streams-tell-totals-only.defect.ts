import { defineDefect, isRecord } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';
import { withUsage } from '../usage-places.ts';

const details = ['cached_tokens', 'cache_read_input_tokens', 'cachedContentTokenCount', 'reasoning_tokens'];

const withoutDetails = (usage: Readonly<Record<string, unknown>>): unknown =>
  Object.fromEntries(
    Object.entries(usage).flatMap(([key, value]) => {
      if (details.includes(key)) return [];
      return [[key, isRecord(value) ? withoutDetails(value) : value]];
    }),
  );

export default defineDefect({
  id: 'streams-tell-totals-only',
  about: 'The count of a streamed answer has no cached and no reasoning tokens; that of a whole one has',
  seenIn: 'performance.md 3.3 row 3: litellm#5632, litellm pull 12184',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return isStream(reply) ? withEvents(reply, (json) => withUsage(json, withoutDetails)) : reply;
  },
});
