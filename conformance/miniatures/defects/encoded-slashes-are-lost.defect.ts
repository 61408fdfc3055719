import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'encoded-slashes-are-lost',
  about: 'A name with an encoded slash in the path is not found',
  seenIn: 'sheet R5 (e) 8: team-a%2FX must survive routing',
  front: async (message, passOn) => (/%2F/i.test(message.path) ? refuse(message, 404, 'no such path') : passOn(message)),
});
