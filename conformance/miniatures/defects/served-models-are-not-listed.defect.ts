import { defineDefect, isRecord, withJson } from '../defect.ts';

const hidden = /^(?:claude-opus|qwen|pool\/|iflow\/)/;

export default defineDefect({
  id: 'served-models-are-not-listed',
  about: 'Models that are answered are missing from the list',
  seenIn: 'sheet 1.3: hidden is not unroutable; a list that lost models does not find them again by itself',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => ({
      ...body,
      data: ((body['data'] as unknown[] | undefined) ?? []).filter((entry) => !isRecord(entry) || !hidden.test(String(entry['id']))),
    }));
  },
});
