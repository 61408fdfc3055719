import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'compaction-loses-the-instructions',
  about: 'The instructions are left out of a compaction',
  seenIn: 'sheet row 20 (b): instructions are part of the body',
  back: (message, passOn) =>
    passOn(message.path.endsWith('/compact') ? withJson(message, ({ instructions: _lost, ...body }) => body) : message),
});
