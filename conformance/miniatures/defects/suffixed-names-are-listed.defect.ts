import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'suffixed-names-are-listed',
  about: 'The list shows every reasoning level as a model of its own',
  seenIn: 'sheet R5 (e) 4: the list never shows the suffixed form',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => ({
      ...body,
      data: [...((body['data'] as unknown[] | undefined) ?? []), { id: 'claude-opus-4-6-thinking(high)', object: 'model' }],
    }));
  },
});
