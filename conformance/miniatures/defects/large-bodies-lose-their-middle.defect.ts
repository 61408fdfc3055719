import { defineDefect, textOf, withText } from '../defect.ts';

const largeBytes = 1_000_000;
/** A kilobyte of one letter: found by search, because a regular expression over megabytes overflows. */
const filler = 'x'.repeat(1_000);

export default defineDefect({
  id: 'large-bodies-lose-their-middle',
  about: 'Of a request over a megabyte a piece in the middle is lost on its way upstream',
  seenIn: 'sheet R6 (e): context silently shortened; performance.md 3.3 row 10',
  back: (message, passOn) => passOn(message.body.length < largeBytes ? message : withText(message, textOf(message).replace(filler, ''))),
});
