import { defineDefect } from '../defect.ts';
import { editEvent } from '../socket-turns.ts';

export default defineDefect({
  id: 'sockets-lose-their-last-event',
  about: 'On a WebSocket the last event of an answer is missing, and the socket closes',
  seenIn: 'codex 22156: websocket closed by server before response.completed',
  frames: (frame) => editEvent(frame, 'response.completed', () => [{ close: { code: 1000, reason: '' } }]),
});
