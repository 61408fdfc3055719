import { defineDefect } from '../defect.ts';
import { jsonReply } from '../account-traffic.ts';

export default defineDefect({
  id: 'wrong-texts-are-called-taken',
  about: 'A configuration that cannot be read is answered as if it were in force',
  seenIn: 'sheet row 15 (c), the other way round: neither invalid_yaml nor invalid_config',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    const isPut = message.method === 'PUT' && message.path === '/v0/management/config.yaml';
    return isPut && reply.status >= 400 && reply.status < 500 ? jsonReply(200, { status: 'ok', persisted: true }) : reply;
  },
});
