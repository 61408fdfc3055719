import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'compaction-keeps-only-known-fields',
  about: 'A compaction loses what the proxy does not know, such as previous_response_id',
  seenIn: 'sheet row 20 (a): optional fields of the body',
  back: (message, passOn) =>
    passOn(
      message.path.endsWith('/compact') ? withJson(message, ({ model, input, instructions }) => ({ model, input, instructions })) : message,
    ),
});
