import { showing } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'model-list-needs-no-key',
  about: 'The model list is shown to everybody',
  seenIn: 'sheet R1 (f): a list without a key makes the cheapest check blind',
  front: (message, passOn) => passOn(message.method === 'GET' ? showing(message) : message),
});
