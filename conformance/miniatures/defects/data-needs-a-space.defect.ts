import { defineDefect } from '../defect.ts';
import { readingStreams } from '../upstream-streams.ts';

export default defineDefect({
  id: 'data-needs-a-space',
  about: 'Events are found by “data: ”, so that “data:” without a space is not seen',
  seenIn: 'sheet row 17 (e) 5; many hand-written readers of event streams',
  back: readingStreams((text) => text.replaceAll(/^data:(?! ).*$/gm, '')),
});
