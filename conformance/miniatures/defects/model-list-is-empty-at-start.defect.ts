import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'model-list-is-empty-at-start',
  about: 'The list is there and names nothing, because accounts load after the first requests',
  seenIn: 'sheet R13 (e) 2 and 3: 200 with an empty data',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path.split('?')[0] !== '/v1/models') return reply;
    return withJson(reply, ({ data, models, ...rest }) => ({
      ...rest,
      ...(data !== undefined && { data: [] }),
      ...(models !== undefined && { models: [] }),
    }));
  },
});
