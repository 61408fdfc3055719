import { defineDefect, isRecord, jsonOf, withJson } from '../defect.ts';

export default defineDefect({
  id: 'one-refusal-hides-the-model',
  about: 'A model that one account lacks is gone from the list, although a key has it',
  seenIn: 'sheet S4 and R13 (c): a refusal suspends the model for twelve hours',
  back: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (reply.status === 400) memory.set(String(jsonOf(message.body)?.['model']), true);
    return reply;
  },
  front: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => {
      const listed = Array.isArray(body['data']) ? (body['data'] as readonly unknown[]) : [];
      return { ...body, data: listed.filter((model) => !(isRecord(model) && memory.has(String(model['id'])))) };
    });
  },
});
