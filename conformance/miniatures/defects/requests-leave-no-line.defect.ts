import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'requests-leave-no-line',
  about: 'The log that the management API shows has no line of any request',
  seenIn: 'the page, row 14: proxy logs are to show the traffic; sheet 1.9: what they have otherwise',
  inClients: true,
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!message.path.startsWith('/v0/management/logs')) return reply;
    return withJson(reply, (body) => ({
      ...body,
      ...(Array.isArray(body['lines']) && { lines: body['lines'].filter((line) => !JSON.stringify(line).includes('/v1')) }),
    }));
  },
});
