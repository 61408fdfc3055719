import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'stale-model-list',
  about: 'The list shows models that were refused',
  seenIn: 'sheet 1.3: listed does not imply callable',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => ({
      ...body,
      data: [...((body['data'] as unknown[] | undefined) ?? []), { id: 'gpt-5.3-codex-spark', object: 'model' }],
    }));
  },
});
