import { defineDefect, jsonOf, refuse } from '../defect.ts';
import { errorFrame, isResponses, passOn, questionIn } from '../socket-turns.ts';

export default defineDefect({
  id: 'text-as-input-is-refused',
  about: 'input has to be a list',
  seenIn: 'sheet row 18 (b): only lists are converted',
  front: (message, passOnTo) =>
    isResponses(message) && typeof jsonOf(message.body)?.['input'] === 'string'
      ? Promise.resolve(refuse(message, 400, 'messages: at least one message is required'))
      : passOnTo(message),
  frames: (frame) => (typeof questionIn(frame)?.['input'] === 'string' ? [{ answer: errorFrame(400, 'input is no list') }] : passOn(frame)),
});
