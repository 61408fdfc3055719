import { isAboutFiles, withFiles } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'refused-imports-stay-listed',
  about: 'A file that was refused has been written all the same, and is one account more',
  seenIn: 'sheet R16 (d) L5: a re-import creates a second file',
  front: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (!isAboutFiles(message)) return reply;
    const refused = (memory.get('refused') as readonly string[] | undefined) ?? [];
    const name = new URLSearchParams(message.path.split('?')[1]).get('name');
    if (message.method === 'POST' && reply.status >= 400 && name !== null) memory.set('refused', [...refused, name]);
    return message.method === 'GET' ? withFiles(reply, (files) => [...files, ...refused.map((left) => ({ name: left }))]) : reply;
  },
});
