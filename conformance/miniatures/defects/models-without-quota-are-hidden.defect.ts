import { defineDefect, isRecord, jsonOf, withJson, type Message } from '../defect.ts';

const askedFor = (message: Message): string => {
  const model = jsonOf(message.body)?.['model'];
  return typeof model === 'string' ? model : decodeURIComponent(/\/models\/(.+):/.exec(message.path)?.[1] ?? '');
};

export default defineDefect({
  id: 'models-without-quota-are-hidden',
  about: 'A model that was refused for its quota once is no longer listed',
  seenIn: 'sheet S4 and R19 (e) 2: a quota told as 403 hides the model for half an hour',
  front: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (reply.status === 429 || reply.status === 403) memory.set(askedFor(message), true);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => {
      const listed = Array.isArray(body['data']) ? (body['data'] as readonly unknown[]) : [];
      return { ...body, data: listed.filter((model) => !(isRecord(model) && memory.has(String(model['id'])))) };
    });
  },
});
