import { defineDefect, refuse } from '../defect.ts';
import { turnsIn } from '../histories.ts';

export default defineDefect({
  id: 'long-histories-are-refused',
  about: 'More than a hundred messages are refused as too large, however small they are',
  seenIn: 'sheet R6 (e) 5: a limit of messages is taken for one of bytes',
  front: (message, passOn) =>
    turnsIn(message) > 100 ? Promise.resolve(refuse(message, 413, 'request body too large: too many messages')) : passOn(message),
});
