import { defineDefect, jsonOf, refuse } from '../defect.ts';

export default defineDefect({
  id: 'a-slip-in-the-file-stops-everything',
  about: 'After a reload of a file that cannot be read every request is refused',
  seenIn: 'sheet row 15 (d), the other way round: the old configuration has to stay in force',
  front: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (message.path === '/v0/management/reload') memory.set('stopped', jsonOf(reply.body)?.['status'] === 'refused');
    else if (memory.get('stopped') === true && !message.path.startsWith('/v0/')) return refuse(message, 503, 'There is no configuration.');
    return reply;
  },
});
