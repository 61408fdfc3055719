import { defineDefect } from '../defect.ts';
import { readingStreams } from '../upstream-streams.ts';

export default defineDefect({
  id: 'only-cr-and-lf-end-lines',
  about: 'A vendor’s stream whose lines end with LF alone is not read at all',
  seenIn: 'sheet row 17 (e) 5, the other way round: a reader made for Gemini',
  back: readingStreams((text) => (text.includes('\r\n\r\n') ? text : '')),
});
