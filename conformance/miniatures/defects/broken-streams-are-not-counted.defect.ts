import { defineDefect, textOf } from '../defect.ts';
import { hidingCounts } from '../hidden-counts.ts';
import { isStream } from '../streamed-events.ts';

export default defineDefect({
  id: 'broken-streams-are-not-counted',
  about: 'A stream that breaks off is not counted, although its tokens are paid for',
  seenIn: 'sheet R11 (e) 4: tokens so far are lost',
  front: (message, passOn, memory) =>
    hidingCounts(message, passOn, memory, (reply) => isStream(reply) && !textOf(reply).includes('[DONE]')),
});
