import { defineDefect } from '../defect.ts';
import { editEvent, passJson } from '../socket-turns.ts';

export default defineDefect({
  id: 'frames-lose-their-headers',
  about: 'Error frames do not say when to come back',
  seenIn: 'sheet X4 (b) and (c): headers of error frames',
  frames: (frame) => editEvent(frame, 'error', ({ headers: _lost, ...event }) => passJson(event)),
});
