import { defineDefect, isRecord, refuse, textOf, withJson } from '../defect.ts';

export default defineDefect({
  id: 'prefixes-take-the-bare-name-away',
  about: 'A model of a credential with a prefix is unknown by its bare name, without anybody asking for that',
  seenIn: 'sheet R5 (e) 1: both are listed unless force-model-prefix',
  front: async (message, passOn) => {
    if (/("|models\/)gpt-5\.2-codex/.test(`${message.path} ${textOf(message)}`)) return refuse(message, 404, 'no such model');
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, ({ data, ...body }) => ({
      ...body,
      data: Array.isArray(data) ? data.filter((entry) => !(isRecord(entry) && entry['id'] === 'gpt-5.2-codex')) : data,
    }));
  },
});
