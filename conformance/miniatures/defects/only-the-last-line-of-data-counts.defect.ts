import { defineDefect } from '../defect.ts';
import { readingStreams } from '../upstream-streams.ts';

export default defineDefect({
  id: 'only-the-last-line-of-data-counts',
  about: 'Of an event with several lines of data only the last one is read',
  seenIn: 'sheet row 17 (e) 5; the standard joins them',
  back: readingStreams((text) => text.replaceAll(/^data: .*\n(?=data: )/gm, '')),
});
