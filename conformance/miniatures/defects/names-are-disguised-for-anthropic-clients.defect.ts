import { defineDefect, isRecord, withJson } from '../defect.ts';

export default defineDefect({
  id: 'names-are-disguised-for-anthropic-clients',
  about: 'Models of other vendors have made-up names in Anthropic’s list',
  seenIn: 'sheet S6 shape 3, row 18 (e) 1',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models' || message.headers['anthropic-version'] === undefined) return reply;
    const disguised = (id: string): string => (id.startsWith('claude-') ? id : `claude-fable-5-dd-${id.split('').reverse().join('')}`);
    return withJson(reply, (body) => ({
      ...body,
      data: ((body['data'] as unknown[] | undefined) ?? []).map((entry) =>
        isRecord(entry) ? { ...entry, id: disguised(String(entry['id'])) } : entry,
      ),
    }));
  },
});
