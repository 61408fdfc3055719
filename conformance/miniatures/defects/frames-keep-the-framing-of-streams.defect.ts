import { defineDefect } from '../defect.ts';
import { editEvent } from '../socket-turns.ts';

export default defineDefect({
  id: 'frames-keep-the-framing-of-streams',
  about: 'Some frames begin with data:, as lines of an event stream do',
  seenIn: 'sheet X4 (c): success is event JSON per text frame, no data: prefix',
  frames: (frame) => editEvent(frame, 'response.in_progress', () => [{ pass: `data: ${frame.text}\n\n` }]),
});
