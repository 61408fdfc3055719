import { defineDefect } from '../defect.ts';
import { editEvent, passJson } from '../socket-turns.ts';

export default defineDefect({
  id: 'last-frame-has-another-name',
  about: 'On a WebSocket the last event is named response.done',
  seenIn: 'sheet X4 (c): v6.8.19 to v6.8.45',
  frames: (frame) => editEvent(frame, 'response.completed', (event) => passJson({ ...event, type: 'response.done' })),
});
