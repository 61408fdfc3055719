import { defineDefect, type Memory, type Message, type PassOn, type Reply } from '../defect.ts';
import { changesSettings } from '../management-changes.ts';

const pages = ['/v0/management/config', '/v0/management/config.yaml'];

const remember = async (message: Message, passOn: PassOn, memory: Memory): Promise<void> => {
  for (const path of pages) {
    if (memory.has(path)) continue;
    memory.set(path, await passOn({ ...message, method: 'GET', path, body: Buffer.alloc(0), chunked: false }));
  }
};

export default defineDefect({
  id: 'settings-are-shown-as-they-were',
  about: 'What the management API shows is what the first change made of it; later edits and restarts do not show',
  seenIn: 'sheet row 15 (e) 2: some parts of the proxy have the old values, some the new ones',
  front: async (message, passOn, memory) => {
    const shown = memory.get(message.path) as Reply | undefined;
    if (message.method === 'GET' && shown !== undefined) return shown;
    const reply = await passOn(message);
    if (changesSettings(message)) await remember(message, passOn, memory);
    return reply;
  },
});
