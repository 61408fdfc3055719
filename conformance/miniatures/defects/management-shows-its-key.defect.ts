import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'management-shows-its-key',
  about: 'GET /v0/management/config shows secrets as they are',
  seenIn: 'sheet 1.8: the whole config as JSON, secrets included',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.path !== '/v0/management/config' || reply.status !== 200) return reply;
    return withJson(reply, (body) => ({ ...body, 'remote-management': { 'secret-key': 'wireproof-management-key-of-the-suite' } }));
  },
});
