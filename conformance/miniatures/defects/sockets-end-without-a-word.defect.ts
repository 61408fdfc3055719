import { defineDefect } from '../defect.ts';
import { editEvent } from '../socket-turns.ts';

export default defineDefect({
  id: 'sockets-end-without-a-word',
  about: 'A failure on a WebSocket ends the connection, with neither frame nor close frame',
  seenIn: 'sheet X4 (c): v7.2.121; claude-code-hub 1150',
  frames: (frame) => editEvent(frame, 'error', () => [{ cut: true }]),
});
