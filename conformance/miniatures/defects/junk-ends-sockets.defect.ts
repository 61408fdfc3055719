import { defineDefect, jsonOf } from '../defect.ts';
import { passOn } from '../socket-turns.ts';

export default defineDefect({
  id: 'junk-ends-sockets',
  about: 'What cannot be read as JSON ends the WebSocket',
  seenIn: 'sheet X4 (c): first frame not create',
  frames: (frame) =>
    frame.from === 'caller' && jsonOf(frame.bytes) === undefined ? [{ close: { code: 1007, reason: 'no JSON' } }] : passOn(frame),
});
