import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'images-in-tool-results-are-dropped',
  about: 'An image inside a tool result never reaches the model',
  seenIn: 'sheet R3 (d): builds that flatten tool results to text',
  back: (message, passOn) => passOn(withText(message, textOf(message).replaceAll(/iVBORw0KGgo[A-Za-z0-9+/=]*/g, 'AAAA'))),
});
