import { defineDefect, withJson } from '../defect.ts';

/** What the scenarios of rows 5 and 7 exclude. */
const excluded = ['gpt-5.1-codex-mini', 'gemini-3-flash'];

export default defineDefect({
  id: 'excluded-models-are-listed',
  about: 'The list shows models that an exclusion takes out of the routing',
  seenIn: 'sheet 1.3: exclusions come before the list is built',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => ({
      ...body,
      data: [...((body['data'] as unknown[] | undefined) ?? []), ...excluded.map((id) => ({ id, object: 'model' }))],
    }));
  },
});
