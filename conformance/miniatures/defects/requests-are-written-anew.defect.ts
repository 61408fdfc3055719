import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'requests-are-written-anew',
  about: 'Every request is parsed and written again on its way, also between two ends of one dialect',
  seenIn: 'new-api#5017: needless conversion; performance.md 3.3 row 8',
  back: (message, passOn) => passOn(withJson(message, (body) => body)),
});
