import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';

const keys = ['cached_tokens', 'cache_read_input_tokens', 'cachedContentTokenCount'];

const lost = (json: unknown): unknown =>
  mapTree(json, (value) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keys.includes(key) ? 0 : inner])) : value,
  );

export default defineDefect({
  id: 'cached-tokens-are-lost',
  about: 'Tokens from the cache are told as zero, so that callers see the full price',
  seenIn: 'sheet R11 (e) 5: cached tokens have another name and another sum in every dialect',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return isStream(reply) ? withEvents(reply, lost) : withJson(reply, lost);
  },
});
