import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'long-text-is-truncated',
  about: 'Long text is cut before it is sent upstream',
  seenIn: 'sheet R6 (e): context silently shortened',
  back: (message, passOn) =>
    passOn(
      withText(
        message,
        textOf(message).replace(/x{1000,}/, (filler) => filler.slice(0, 65_536)),
      ),
    ),
});
