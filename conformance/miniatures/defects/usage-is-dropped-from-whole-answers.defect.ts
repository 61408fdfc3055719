import { defineDefect, withJson } from '../defect.ts';
import { isStream } from '../streamed-events.ts';
import { withUsage } from '../usage-places.ts';

export default defineDefect({
  id: 'usage-is-dropped-from-whole-answers',
  about: 'A whole answer tells no tokens; a streamed one does',
  seenIn: 'sheet R11 (b), performance.md 3.3: usage lost in one mode',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return isStream(reply) ? reply : withJson(reply, (json) => withUsage(json, () => undefined));
  },
});
