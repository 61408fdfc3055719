import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'tool-text-loses-its-newlines',
  about: 'Line breaks in tool output are lost on the way',
  seenIn: 'proxy issue class: tool output re-wrapped or trimmed in translation',
  back: (message, passOn) => passOn(withText(message, textOf(message).replaceAll('wind\\n', 'wind'))),
});
