import { defineDefect, textOf, withText } from '../defect.ts';

const joined = (text: string): string => text.replace(/(?: |%20)\((high)\)/g, '($1)');

export default defineDefect({
  id: 'spaces-before-suffixes-are-ignored',
  about: 'A name with a space before its suffix is taken for one without',
  seenIn: 'sheet R5 (e) 4: a space makes another name',
  front: (message, passOn) => passOn({ ...withText(message, joined(textOf(message))), path: joined(message.path) }),
});
