import { defineDefect, isRecord, withJson } from '../defect.ts';

export default defineDefect({
  id: 'codex-list-lacks-aliases',
  about: 'The list for Codex has the upstreams’ own names only',
  seenIn: 'sheet row 18 (c): in the picker the model is simply absent',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!message.path.includes('client_version')) return reply;
    return withJson(reply, (body) => ({
      ...body,
      models: ((body['models'] as unknown[] | undefined) ?? []).filter(
        (entry) => !isRecord(entry) || !String(entry['slug']).startsWith('gemini-claude'),
      ),
    }));
  },
});
