import { defineDefect, isRecord, withJson } from '../defect.ts';

export default defineDefect({
  id: 'owners-are-not-told',
  about: 'All models of the list belong to the proxy, so that nobody can tell the channels apart',
  seenIn: 'sheet R10 (e) 1: ids carry no iflow/ prefix; owned_by is what tells',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => ({
      ...body,
      data: ((body['data'] as unknown[] | undefined) ?? []).map((entry) => (isRecord(entry) ? { ...entry, owned_by: 'proxy' } : entry)),
    }));
  },
});
