import { defineDefect } from '../defect.ts';
import { readingStreams } from '../upstream-streams.ts';

export default defineDefect({
  id: 'comments-are-read-as-data',
  about: 'A comment in a vendor’s stream is taken for an event, and its JSON fails',
  seenIn: 'sheet row 17 (e) 3: comment frames choke readers of JSON per line',
  back: readingStreams((text) => text.replaceAll(/^: ?/gm, 'data: ')),
});
