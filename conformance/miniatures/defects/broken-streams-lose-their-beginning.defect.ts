import { defineDefect } from '../defect.ts';
import { isErrorEvent, withFailedStream } from '../error-events.ts';

export default defineDefect({
  id: 'broken-streams-lose-their-beginning',
  about: 'A stream is held back until its end, and what had come before a failure is thrown away',
  seenIn: 'performance.md 3.3 rows 1 and 7: buffering proxies; cortex#860',
  front: async (message, passOn) => withFailedStream(await passOn(message), (events) => events.filter(isErrorEvent)),
});
