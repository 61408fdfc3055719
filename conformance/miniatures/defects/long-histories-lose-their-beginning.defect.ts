import { defineDefect } from '../defect.ts';
import { withLastTurns } from '../histories.ts';

export default defineDefect({
  id: 'long-histories-lose-their-beginning',
  about: 'Of a long conversation only the last hundred messages are sent, and nobody says so',
  seenIn: 'sheet R6 (e) 5: a limit of messages is taken for one of bytes',
  front: (message, passOn) => passOn(withLastTurns(message, 101)),
});
