import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'excluded-models-are-listed',
  about: 'The list shows models that an exclusion takes out of the routing',
  seenIn: 'sheet 1.3: exclusions come before the list is built',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => ({
      ...body,
      data: [...((body['data'] as unknown[] | undefined) ?? []), { id: 'gpt-5.1-codex-mini', object: 'model' }],
    }));
  },
});
