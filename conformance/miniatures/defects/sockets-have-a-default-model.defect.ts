import { defineDefect } from '../defect.ts';
import { editQuestion } from '../socket-turns.ts';

export default defineDefect({
  id: 'sockets-have-a-default-model',
  about: 'A question without a model on a WebSocket goes to some model',
  seenIn: 'sheet X4 (c): missing model in response.create request',
  frames: (frame) => editQuestion(frame, (question) => ({ model: 'claude-sonnet-4-6', ...question })),
});
