import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'tool-call-ids-are-regenerated',
  about: 'Tool results carry ids that no call has',
  seenIn: 'translation issue class: ids made anew per request',
  back: (message, passOn) => passOn(withText(message, textOf(message).replaceAll(/"toolu_(\d)"/g, '"call_x$1"'))),
});
