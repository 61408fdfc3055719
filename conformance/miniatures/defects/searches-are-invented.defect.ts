import { defineDefect, isRecord, withJson, type Message } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';

const search = { id: 'srvtoolu_1', type: 'server_tool_use', name: 'web_search', input: { query: '' } };
const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'web_search', arguments: '{}' } };

/** The answer with a search in front, in the caller's dialect; other dialects stay. */
const withSearch = (body: Readonly<Record<string, unknown>>): unknown => {
  if (Array.isArray(body['content'])) return { ...body, content: [search, ...(body['content'] as unknown[])] };
  if (isRecord(body['content_block'])) return { ...body, content_block: { ...search, input: {} } };
  if (!Array.isArray(body['choices'])) return body;
  const choices = (body['choices'] as unknown[]).map((choice) =>
    isRecord(choice) && isRecord(choice['delta']) ? { ...choice, delta: { ...choice['delta'], tool_calls: [call] } } : choice,
  );
  return { ...body, choices };
};

const isGeneration = ({ method, path }: Message): boolean => method === 'POST' && !path.includes('count');

export default defineDefect({
  id: 'searches-are-invented',
  about: 'Answers to a plain question carry a web search that nobody made',
  seenIn: 'Claude Code Router evidence: an empty list of annotations becomes a web search and its result',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!isGeneration(message)) return reply;
    return isStream(reply) ? withEvents(reply, withSearch) : withJson(reply, withSearch);
  },
});
