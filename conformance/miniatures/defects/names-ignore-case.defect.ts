import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'names-ignore-case',
  about: 'A name in upper case is taken for the one in lower case',
  seenIn: 'sheet R5 (e) 5: ids are looked up letter by letter',
  front: (message, passOn) => {
    const lower = (text: string): string =>
      text.replace(/("model":"|\/models\/)([A-Z][A-Z-]+)(?=[":])/, (_, head: string, name: string) => head + name.toLowerCase());
    return passOn({ ...withText(message, lower(textOf(message))), path: lower(message.path) });
  },
});
