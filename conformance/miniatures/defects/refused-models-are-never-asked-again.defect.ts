import { defineDefect, jsonOf } from '../defect.ts';
import { underName } from '../reasoning-fields.ts';

const refused = 'gpt-5.3-codex-spark';

export default defineDefect({
  id: 'refused-models-are-never-asked-again',
  about: 'A model that an account was refused once is replaced until a restart, whatever the account may use by then',
  seenIn: 'sheet R8 (e) 6: the suspension outlives the upgrade',
  front: async (message, passOn, memory) => {
    const asks = jsonOf(message.body)?.['model'] === refused || message.path.includes(`/${refused}:`);
    if (!asks) return passOn(message);
    if (memory.has('asked')) return passOn(underName(message, () => 'gpt-5.3-codex'));
    const reply = await passOn(message);
    memory.set('asked', true);
    return reply;
  },
});
