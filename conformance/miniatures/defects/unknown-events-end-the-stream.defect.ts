import { defineDefect } from '../defect.ts';
import { readingStreams } from '../upstream-streams.ts';

/** Where the first event stands that no documentation of Responses has. */
const beginOfItsOwn = /^event: (?!response\.|error\b)[a-z]+\./m;

export default defineDefect({
  id: 'unknown-events-end-the-stream',
  about: 'An event of a vendor that the proxy does not know ends the reading of its stream',
  seenIn: 'sheet X4 (b): codex.rate_limits before response.created must be tolerated',
  back: readingStreams((text) => {
    const at = text.search(beginOfItsOwn);
    return at < 0 ? text : text.slice(0, at);
  }),
});
