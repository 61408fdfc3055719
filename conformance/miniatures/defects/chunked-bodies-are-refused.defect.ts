import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'chunked-bodies-are-refused',
  about: 'A body without Content-Length is refused whatever its size',
  seenIn: 'sheet R6 (e) 3',
  front: async (message, passOn) => (message.chunked ? refuse(message, 411, 'Content-Length required') : passOn(message)),
});
