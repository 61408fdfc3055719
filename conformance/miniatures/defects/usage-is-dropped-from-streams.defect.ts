import { defineDefect } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';
import { withUsage } from '../usage-places.ts';

export default defineDefect({
  id: 'usage-is-dropped-from-streams',
  about: 'A streamed answer tells no tokens; a whole one does',
  seenIn: 'sheet R11 (b), performance.md 3.3: usage lost in one mode',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return isStream(reply) ? withEvents(reply, (json) => withUsage(json, () => undefined)) : reply;
  },
});
