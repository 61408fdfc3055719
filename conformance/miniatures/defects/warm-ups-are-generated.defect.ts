import { defineDefect } from '../defect.ts';
import { editQuestion } from '../socket-turns.ts';

export default defineDefect({
  id: 'warm-ups-are-generated',
  about: 'A warm-up on a WebSocket asks the upstream',
  seenIn: 'sheet row 18 (e) 2, X4 (d)',
  frames: (frame) => editQuestion(frame, ({ generate: _ignored, ...question }) => question),
});
