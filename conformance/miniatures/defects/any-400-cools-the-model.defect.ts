import { defineDefect, refuse, textOf } from '../defect.ts';

export default defineDefect({
  id: 'any-400-cools-the-model',
  about: 'A fault of the prompt takes the model out of service',
  seenIn: 'sheet 1.6: request faults must not cool a credential',
  front: async (message, passOn, memory) => {
    const asked = `${message.path} ${textOf(message)}`;
    const model = asked.includes('pro/gpt-5.3-codex-spark') ? 'spark' : 'other';
    if (model === 'spark' && memory.has('cooling')) return refuse(message, 503, 'auth_unavailable: no auth available');
    const reply = await passOn(message);
    if (model === 'spark' && reply.status === 400) memory.set('cooling', true);
    return reply;
  },
});
