import { defineDefect } from '../defect.ts';
import { editEvent } from '../socket-turns.ts';

export default defineDefect({
  id: 'sockets-are-cut-after-an-error',
  about: 'After an error frame the connection ends without a close frame',
  seenIn: 'sheet X4 (c): v7.2.121, requests at fault',
  frames: (frame) => editEvent(frame, 'error', () => [{ pass: frame.text }, { cut: true }]),
});
