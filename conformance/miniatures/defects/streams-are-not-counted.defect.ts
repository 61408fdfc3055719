import { defineDefect } from '../defect.ts';
import { hidingCounts } from '../hidden-counts.ts';
import { isStream } from '../streamed-events.ts';

export default defineDefect({
  id: 'streams-are-not-counted',
  about: 'Whole answers are counted, streams are not',
  seenIn: 'sheet R11; performance.md 3.3: usage lost in one mode',
  front: (message, passOn, memory) => hidingCounts(message, passOn, memory, isStream),
});
