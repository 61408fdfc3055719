import { defineDefect } from '../defect.ts';
import { editEvent } from '../socket-turns.ts';

export default defineDefect({
  id: 'sockets-close-after-an-error',
  about: 'After any error frame the WebSocket is closed',
  seenIn: 'sheet X4 (c): frame, then close',
  frames: (frame) => editEvent(frame, 'error', () => [{ pass: frame.text }, { close: { code: 1011, reason: 'failed' } }]),
});
