import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'image-urls-in-tool-results-are-dropped',
  about: 'An image that is given by its address vanishes from a tool result',
  seenIn: 'sheet R3 (e) 5',
  back: (message, passOn) => passOn(withText(message, textOf(message).replaceAll('https://images.example/berlin.png', ''))),
});
