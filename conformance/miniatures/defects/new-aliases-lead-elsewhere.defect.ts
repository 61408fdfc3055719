import { defineDefect } from '../defect.ts';
import { tokenOf, underName } from '../reasoning-fields.ts';
import { changesSettings } from '../management-changes.ts';

export default defineDefect({
  id: 'new-aliases-lead-elsewhere',
  about: 'A name that was added while the proxy runs is sent to another model of the account',
  seenIn: 'sheet R5 (e) 7: one alias, two targets',
  front: (message, passOn, memory) => {
    if (changesSettings(message)) memory.set('changed', true);
    if (memory.has('changed') && /wireproof-alias/.test(message.body.toString('utf8') + message.path)) memory.set(tokenOf(message), true);
    return passOn(message);
  },
  back: (message, passOn, memory) => passOn(memory.has(tokenOf(message)) ? underName(message, () => 'gpt-5.1-codex-max') : message),
});
