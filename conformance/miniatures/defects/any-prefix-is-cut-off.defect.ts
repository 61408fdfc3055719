import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'any-prefix-is-cut-off',
  about: 'What stands before the first slash of a name is dropped, whoever’s prefix it is',
  seenIn: 'sheet R5 (e) 1: team-a/model without that prefix is unknown',
  front: (message, passOn) => {
    const cut = (text: string): string => text.replaceAll(/nobodys-prefix\//g, '');
    return passOn({ ...withText(message, cut(textOf(message))), path: cut(message.path) });
  },
});
