import { defineDefect, isRecord, withJson } from '../defect.ts';

const catalogue = ['claude-opus-4-6-thinking', 'claude-sonnet-4-6', 'kimi-k2', 'house-kimi'];

export default defineDefect({
  id: 'catalogue-is-listed-whatever-happens',
  about: 'The list is the catalogue of the vendors: what an account lacks or was refused is in it',
  seenIn: 'sheet R10 (d): 26 ids are registered for every iFlow credential without asking the account',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => {
      const listed = (body['data'] as unknown[] | undefined) ?? [];
      const ids = new Set(listed.filter(isRecord).map(({ id }) => id));
      return { ...body, data: [...listed, ...catalogue.filter((id) => !ids.has(id)).map((id) => ({ id, object: 'model' }))] };
    });
  },
});
