import { defineDefect, isRecord, withJson } from '../defect.ts';

const isAlias = (entry: unknown): boolean =>
  isRecord(entry) && /^(models\/)?(house-|gemini-claude-)/.test(String(entry['id'] ?? entry['name']));

export default defineDefect({
  id: 'aliases-are-not-listed',
  about: 'An alias is answered and never shown in the list',
  seenIn: 'sheet R7 (f): the list must show both names',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.method !== 'GET') return reply;
    return withJson(reply, (body) =>
      Object.fromEntries(
        Object.entries(body).map(([key, value]) => [key, Array.isArray(value) ? value.filter((entry) => !isAlias(entry)) : value]),
      ),
    );
  },
});
