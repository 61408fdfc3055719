import { defineDefect } from '../defect.ts';
import { editQuestion } from '../socket-turns.ts';

export default defineDefect({
  id: 'questions-on-sockets-are-doubled',
  about: 'What is said on a WebSocket reaches the upstream twice',
  seenIn: 'sheet row 18 (e) 2: what came is merged with what is remembered',
  frames: (frame) =>
    editQuestion(frame, ({ input, ...question }) => ({
      ...question,
      input: Array.isArray(input) ? [...(input as unknown[]), ...(input as unknown[])] : input,
    })),
});
