import { defineDefect, jsonOf, refuse } from '../defect.ts';

export default defineDefect({
  id: 'any-stream-field-means-a-stream',
  about: 'A stream field of any value is taken for a wish to stream',
  seenIn: 'sheet row 20 (e) 5: "true" and 1 are not true',
  front: (message, passOn) =>
    message.path.endsWith('/compact') && jsonOf(message.body)?.['stream'] === 'true'
      ? Promise.resolve(refuse(message, 400, 'Streaming not supported for compact responses'))
      : passOn(message),
});
