import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'limits-count-twice',
  about: 'A limit of three requests turns the third away',
  seenIn: 'sheet R19 (e) 6: one request counted for two',
  front: (message, passOn, memory) => {
    if (message.method !== 'POST') return passOn(message);
    const count = ((memory.get('count') as number | undefined) ?? 0) + 1;
    memory.set('count', count);
    return count > 2 ? Promise.resolve(refuse(message, 503, 'busy')) : passOn(message);
  },
});
