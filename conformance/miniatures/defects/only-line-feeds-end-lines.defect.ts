import { defineDefect } from '../defect.ts';
import { readingStreams } from '../upstream-streams.ts';

export default defineDefect({
  id: 'only-line-feeds-end-lines',
  about: 'A vendor’s stream whose lines end with CR and LF is not read at all',
  seenIn: 'sheet row 17 (e) 5: CRLF separators; Gemini writes them',
  back: readingStreams((text) => (text.includes('\r\n\r\n') ? '' : text)),
});
