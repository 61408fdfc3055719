import { defineDefect, isRecord, refuse, textOf, withJson } from '../defect.ts';

export default defineDefect({
  id: 'exclusions-reach-too-far',
  about: 'A pattern with a wildcard in front also hides what only begins alike',
  seenIn: 'sheet 1.3: wildcards at the start, the end or inside; R5 (e) 2',
  front: async (message, passOn) => {
    if (`${message.path} ${textOf(message)}`.includes('gpt-5.1-codex-max')) return refuse(message, 404, 'no such model');
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, ({ data, ...body }) => ({
      ...body,
      data: Array.isArray(data) ? data.filter((entry) => !(isRecord(entry) && entry['id'] === 'gpt-5.1-codex-max')) : data,
    }));
  },
});
