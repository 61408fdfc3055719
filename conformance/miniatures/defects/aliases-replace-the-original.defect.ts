import { defineDefect, isRecord, refuse, textOf, withJson } from '../defect.ts';

const originals = new Set(['gpt-5.3-codex', 'gpt-4.1-mini', 'claude-opus-4-6-thinking']);
const asked = /(?:"model":"|\/models\/)([^":(]+)/;
const isOriginal = (entry: unknown): boolean => isRecord(entry) && originals.has(String(entry['id']));

export default defineDefect({
  id: 'aliases-replace-the-original',
  about: 'A model with an alias is gone under its own name, fork or not',
  seenIn: 'sheets R5 (e) 3 and R7 (e) 2: the original disappears',
  front: async (message, passOn) => {
    const name = asked.exec(`${message.path} ${textOf(message)}`)?.[1] ?? '';
    if (originals.has(name)) return refuse(message, 404, `no such model: ${name}`);
    const reply = await passOn(message);
    if (message.path !== '/v1/models') return reply;
    return withJson(reply, ({ data, ...body }) => ({
      ...body,
      data: Array.isArray(data) ? data.filter((entry) => !isOriginal(entry)) : data,
    }));
  },
});
