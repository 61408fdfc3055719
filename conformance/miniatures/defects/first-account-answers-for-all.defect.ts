import { defineDefect, textOf, withText } from '../defect.ts';

const asTheFirst = (text: string): string => text.replaceAll(/wireproof-((?:[a-z]+-)?)spare/g, 'wireproof-$1used-up');

export default defineDefect({
  id: 'first-account-answers-for-all',
  about: 'Another account is chosen, and the request goes out with the key or the project of the first',
  seenIn: 'sheet R19 (d) and (e) 6: one account counted as two, a project that is never switched',
  back: (message, passOn) => {
    const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, asTheFirst(value)]));
    return passOn({ ...withText(message, asTheFirst(textOf(message))), headers });
  },
});
