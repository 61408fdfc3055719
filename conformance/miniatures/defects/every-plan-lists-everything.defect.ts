import { defineDefect, withJson } from '../defect.ts';

const promised = ['free/gpt-5.3-codex-spark', 'unplanned/gpt-5.3-codex-spark'].map((id) => ({ id, object: 'model' }));

export default defineDefect({
  id: 'every-plan-lists-everything',
  about: 'Accounts list the models of the largest plan, whatever theirs is',
  seenIn: 'sheet R13 (d) and (e) 4: no plan, or one that nobody knows, counts as pro',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, (body) => ({
      ...body,
      data: [...(Array.isArray(body['data']) ? (body['data'] as readonly unknown[]) : []), ...promised],
    }));
  },
});
