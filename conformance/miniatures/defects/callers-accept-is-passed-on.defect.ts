import { defineDefect } from '../defect.ts';
import { tokenOf } from '../reasoning-fields.ts';

const ordinary = /json|event-stream|\*\/\*/;

export default defineDefect({
  id: 'callers-accept-is-passed-on',
  about: 'The caller’s Accept goes to the vendor, who may have nothing of that kind',
  seenIn: 'sheet R9 (e) 8: the proxy sets its own',
  front: (message, passOn, memory) => {
    const accept = message.headers['accept'] ?? '';
    if (!ordinary.test(accept)) memory.set(tokenOf(message), accept);
    return passOn(message);
  },
  back: (message, passOn, memory) => {
    const accept = memory.get(tokenOf(message));
    return passOn(typeof accept === 'string' && accept !== '' ? { ...message, headers: { ...message.headers, accept } } : message);
  },
});
