import { defineDefect, refuse } from '../defect.ts';
import { changesSettings } from '../management-changes.ts';

export default defineDefect({
  id: 'changes-turn-callers-away',
  about: 'The first questions after a change of the configuration find nobody at home',
  seenIn: 'sheet R1 (d): a reload must not cost anybody a request',
  front: async (message, passOn, memory) => {
    const turnedAway = Number(memory.get('turned away') ?? 2);
    if (changesSettings(message)) memory.set('turned away', 0);
    else if (message.method === 'POST' && turnedAway < 2) {
      memory.set('turned away', turnedAway + 1);
      return refuse(message, 503, 'The configuration is being read.');
    }
    return passOn(message);
  },
});
