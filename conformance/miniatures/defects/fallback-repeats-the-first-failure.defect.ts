import { defineDefect, textOf, type Reply } from '../defect.ts';
import { isErrorEvent } from '../error-events.ts';
import { eventsOf, isStream } from '../streamed-events.ts';

const conversation = /wpt_[0-9a-z]{16}/;

export default defineDefect({
  id: 'fallback-repeats-the-first-failure',
  about: 'After a stream that begins with an error, the next model is not asked: the caller gets the first one’s error',
  seenIn: 'claude-code-router pull 1759: an error in a 200 stream triggers no fallback',
  back: async (message, passOn, memory) => {
    const key = conversation.exec(textOf(message))?.[0] ?? '';
    const earlier = memory.get(key) as Reply | undefined;
    if (earlier !== undefined) return earlier;
    const reply = await passOn(message);
    if (isStream(reply) && isErrorEvent(eventsOf(reply)[0] ?? '')) memory.set(key, reply);
    return reply;
  },
});
