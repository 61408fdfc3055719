import { defineDefect } from '../defect.ts';
import { effortOf, tokenOf, withThinkingConfig } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'effort-is-copied-raw',
  about: 'The caller’s word for the effort is sent as the thinking level, whatever the model takes',
  seenIn: 'sheet row 12: "Thinking level … is not supported for this model"',
  front: (message, passOn, memory) => {
    memory.set(tokenOf(message), effortOf(message));
    return passOn(message);
  },
  back: (message, passOn, memory) => {
    const word = memory.get(tokenOf(message));
    return passOn(typeof word === 'string' ? withThinkingConfig(message, () => ({ thinkingLevel: word })) : message);
  },
});
