import { defineDefect, isRecord, withJson } from '../defect.ts';

export default defineDefect({
  id: 'refusals-of-models-are-unmarked',
  about: 'The refusal of a model has no code by which a client could tell it from others',
  seenIn: 'sheet R5 (c): builds before v7.2.121 send internal_server_error for an unknown model',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 404) return reply;
    return withJson(reply, (body) => {
      const error = isRecord(body['error']) ? body['error'] : {};
      return { ...body, error: { ...error, type: 'server_error', code: typeof error['code'] === 'number' ? error['code'] : 'error' } };
    });
  },
});
