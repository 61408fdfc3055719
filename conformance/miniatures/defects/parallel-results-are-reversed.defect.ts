import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'parallel-results-are-reversed',
  about: 'Results of parallel tool calls arrive in another order',
  seenIn: 'sheet R3 (d): results of one turn must keep the order of the calls',
  back: (message, passOn) =>
    passOn(withText(message, textOf(message).replace('"first"', '"\u0000"').replace('"third"', '"first"').replace('"\u0000"', '"third"'))),
});
