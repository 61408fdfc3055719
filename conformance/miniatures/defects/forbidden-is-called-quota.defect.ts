import { defineDefect, isRecord, withJson } from '../defect.ts';

export default defineDefect({
  id: 'forbidden-is-called-quota',
  about: 'A missing licence has the code of a used-up quota, which sends people to billing',
  seenIn: 'sheet 1.4 and R2 (e) 8: code insufficient_quota on a wrapped 403',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 403) return reply;
    const misnamed = { type: 'insufficient_quota', code: 'insufficient_quota', status: 'RESOURCE_EXHAUSTED' };
    return withJson(reply, (body) => {
      const error = isRecord(body['error']) ? body['error'] : {};
      return {
        ...body,
        error: Object.fromEntries(Object.entries(error).map(([key, value]) => [key, misnamed[key as keyof typeof misnamed] ?? value])),
      };
    });
  },
});
