import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'text-beside-tool-results-is-lost',
  about: 'What the user writes beside a tool result never reaches the model',
  seenIn: 'sheet R3 (e) 10',
  back: (message, passOn) => passOn(withText(message, textOf(message).replaceAll('Answer in one word.', ''))),
});
