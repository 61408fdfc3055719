import { shownKeys, showsListedKey } from '../client-key.ts';
import { defineDefect, refuse } from '../defect.ts';
import { changesSettings } from '../management-changes.ts';

export default defineDefect({
  id: 'a-change-keeps-only-new-keys',
  about: 'As soon as a new key is listed, the one that it is to replace is refused',
  seenIn: 'sheet R1 (d): both are valid until the old one is taken out',
  front: async (message, passOn, memory) => {
    if (changesSettings(message)) memory.set('changed', true);
    const key = `key ${shownKeys(message).join()}`;
    const isOld = memory.has(key) && !showsListedKey(message);
    if (memory.has('changed') && isOld) return refuse(message, 401, 'This API key is not accepted any more.');
    if (!memory.has('changed')) memory.set(key, true);
    return passOn(message);
  },
});
