import { defineDefect, jsonOf, type Reply } from '../defect.ts';

export default defineDefect({
  id: 'quota-is-never-asked-for-again',
  about: 'A model that was refused for its quota stays refused until a restart',
  seenIn: 'CLIProxyAPI issues 4724, 5639 and 5758: a wait that survives the top-up',
  front: async (message, passOn, memory) => {
    const model = JSON.stringify(jsonOf(message.body)?.['model'] ?? message.path);
    const kept = memory.get(model) as Reply | undefined;
    if (kept !== undefined) return kept;
    const reply = await passOn(message);
    if (reply.status === 429) memory.set(model, reply);
    return reply;
  },
});
