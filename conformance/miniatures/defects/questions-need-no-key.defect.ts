import { showing } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'questions-need-no-key',
  about: 'Only the model list asks for a key',
  seenIn: 'sheet R1 (e) 7: what is reachable and what is allowed are two questions',
  front: (message, passOn) => passOn(message.method === 'POST' ? showing(message) : message),
});
