import { defineDefect, isRecord, refuse, textOf, withJson } from '../defect.ts';

export default defineDefect({
  id: 'prefixed-names-are-unknown',
  about: 'A prefix of a credential has no effect: only bare names are listed and served',
  seenIn: 'sheet R5 (e) 1 and 1.3: a prefix with an inner slash silently becomes empty',
  front: async (message, passOn) => {
    if (/pro(\/|%2F)gpt-5\.2-codex/i.test(`${message.path} ${textOf(message)}`) && !textOf(message).includes('nobodys'))
      return refuse(message, 404, 'no such model');
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, ({ data, ...body }) => ({
      ...body,
      data: Array.isArray(data) ? data.filter((entry) => !(isRecord(entry) && String(entry['id']).includes('/'))) : data,
    }));
  },
});
