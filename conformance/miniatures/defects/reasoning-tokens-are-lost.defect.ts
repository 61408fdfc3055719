import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';

const keys = ['reasoning_tokens', 'thoughtsTokenCount'];

const lost = (json: unknown): unknown =>
  mapTree(json, (value) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keys.includes(key) ? 0 : inner])) : value,
  );

export default defineDefect({
  id: 'reasoning-tokens-are-lost',
  about: 'Tokens of reasoning are told as zero',
  seenIn: 'sheet R11 (e) 5: reasoning tokens have another name and another sum in every dialect',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return isStream(reply) ? withEvents(reply, lost) : withJson(reply, lost);
  },
});
