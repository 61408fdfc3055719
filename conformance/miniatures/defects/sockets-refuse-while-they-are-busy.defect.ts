import { defineDefect } from '../defect.ts';
import { errorFrame, eventIn, passOn, questionIn } from '../socket-turns.ts';

export default defineDefect({
  id: 'sockets-refuse-while-they-are-busy',
  about: 'A second question on a WebSocket is refused while the first is being answered',
  seenIn: 'sheet X4 (e) 5',
  frames: (frame, seen) => {
    if (['response.completed', 'error'].includes(String(eventIn(frame)?.['type']))) seen.delete('busy');
    if (questionIn(frame) === undefined) return passOn(frame);
    if (seen.has('busy')) return [{ answer: errorFrame(409, 'a response is in progress') }];
    seen.set('busy', true);
    return passOn(frame);
  },
});
