import { defineDefect, refuse, textOf } from '../defect.ts';

export default defineDefect({
  id: 'lone-images-are-refused',
  about: 'A tool result whose content is one image, not a list, is refused',
  seenIn: 'sheet R3 (e) 5: a single image object',
  front: (message, passOn) =>
    /"content":\{"type":"image"/.test(textOf(message)) ? Promise.resolve(refuse(message, 400, 'content must be a list')) : passOn(message),
});
