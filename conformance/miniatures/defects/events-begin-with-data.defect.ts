import { defineDefect } from '../defect.ts';
import { readingStreams } from '../upstream-streams.ts';

export default defineDefect({
  id: 'events-begin-with-data',
  about: 'An event whose first line is neither event nor data is skipped',
  seenIn: 'sheet row 17 (e) 5: readers that look at the beginning of a frame only',
  back: readingStreams((text) => text.replaceAll(/^id: .*\n(?:.+\n)*/gm, '')),
});
