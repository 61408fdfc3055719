import { defineDefect, withText } from '../defect.ts';
import { eventsOf, isStream } from '../streamed-events.ts';

export default defineDefect({
  id: 'usage-is-told-twice',
  about: 'The chunk with the count of a stream comes twice, so that callers who add up count double',
  seenIn: 'sheet R11 (e) 3: a count behind the finish chunk and another at the end',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!isStream(reply)) return reply;
    const twice = eventsOf(reply).flatMap((event) => (event.includes('"choices":[],') ? [event, event] : [event]));
    return withText(reply, twice.join(''));
  },
});
