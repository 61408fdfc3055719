import { defineDefect } from '../defect.ts';
import { editEvent, passJson } from '../socket-turns.ts';

export default defineDefect({
  id: 'failures-on-sockets-are-server-errors',
  about: 'Every error frame on a WebSocket has the status 500',
  seenIn: 'sheet X4 (c): unknown models were 502 on sockets',
  frames: (frame) => editEvent(frame, 'error', (event) => passJson({ ...event, status: 500 })),
});
