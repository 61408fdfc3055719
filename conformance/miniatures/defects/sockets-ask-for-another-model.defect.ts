import { defineDefect, withJson } from '../defect.ts';
import { note, noteOf, passOn, questionIn } from '../socket-turns.ts';

export default defineDefect({
  id: 'sockets-ask-for-another-model',
  about: 'A question on a WebSocket goes to a model that nobody asked for',
  seenIn: 'sheet X4 (b): credentials are chosen once per socket',
  frames: (frame, _seen, memory) => {
    if (questionIn(frame) !== undefined) note(memory, frame.bytes, 'on a socket');
    return passOn(frame);
  },
  back: (message, passOnTo, memory) =>
    passOnTo(
      noteOf(memory, message.body) === undefined
        ? message
        : withJson(message, (body) => ({ ...body, model: `${String(body['model'])}-fast` })),
    ),
});
