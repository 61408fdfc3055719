import { defineDefect } from '../defect.ts';
import { editQuestion } from '../socket-turns.ts';

export default defineDefect({
  id: 'sockets-forget-the-turn-before',
  about: 'On a WebSocket each turn is a conversation of its own',
  seenIn: 'sheet row 18 (e) 2',
  frames: (frame) => editQuestion(frame, ({ previous_response_id: _forgotten, ...question }) => question),
});
