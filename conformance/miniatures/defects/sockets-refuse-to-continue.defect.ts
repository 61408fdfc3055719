import { defineDefect } from '../defect.ts';
import { editQuestion } from '../socket-turns.ts';

export default defineDefect({
  id: 'sockets-refuse-to-continue',
  about: 'No response can be continued on a WebSocket',
  seenIn: 'sheet X4 (c): previous_response_not_found',
  frames: (frame) =>
    editQuestion(frame, (question) =>
      'previous_response_id' in question ? { ...question, previous_response_id: 'resp_nobody' } : question,
    ),
});
