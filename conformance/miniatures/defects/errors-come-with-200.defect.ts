import { defineDefect, withStatus } from '../defect.ts';

export default defineDefect({
  id: 'errors-come-with-200',
  about: 'A refusal arrives with status 200',
  seenIn: 'performance.md 3.3 row 5: errors inside a 200',
  front: async (message, passOn) => withStatus(await passOn(message), 200),
});
