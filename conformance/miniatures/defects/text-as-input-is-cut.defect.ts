import { defineDefect, withJson } from '../defect.ts';
import { editQuestion, isResponses } from '../socket-turns.ts';

const cut = ({ input, ...body }: Readonly<Record<string, unknown>>): unknown => ({
  ...body,
  input: typeof input === 'string' ? input.split(' ').at(-1) : input,
});

export default defineDefect({
  id: 'text-as-input-is-cut',
  about: 'Of a text as input only the last word arrives',
  seenIn: 'sheet row 18 (b): the text is dropped and something else is asked',
  front: (message, passOnTo) => passOnTo(isResponses(message) ? withJson(message, cut) : message),
  frames: (frame) => editQuestion(frame, cut),
});
