import { defineDefect } from '../defect.ts';
import { suffixOf, tokenOf, underName } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'reasoning-suffix-stays-in-the-name',
  about: 'The upstream is asked for a model whose name still has the suffix',
  seenIn: 'sheet row 12 (b): the suffix is stripped from the model',
  front: (message, passOn, memory) => {
    memory.set(tokenOf(message), suffixOf(message));
    return passOn(message);
  },
  back: (message, passOn, memory) => {
    const suffix = memory.get(tokenOf(message));
    return passOn(typeof suffix === 'string' ? underName(message, (model) => `${model}(${suffix})`) : message);
  },
});
