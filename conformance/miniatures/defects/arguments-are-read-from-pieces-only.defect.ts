import { defineDefect, isRecord, mapTree, textOf } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';

const isCall = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && (value['type'] === 'function_call' || value['type'] === 'response.function_call_arguments.done');

export default defineDefect({
  id: 'arguments-are-read-from-pieces-only',
  about: 'The arguments of a tool call are empty when they come in the event that ends the call and in no piece before',
  seenIn: 'performance.md 3.3 row 2: raine/claude-code-proxy pull 120',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    if (!isStream(reply) || textOf(reply).includes('function_call_arguments.delta')) return reply;
    return withEvents(reply, (json) => mapTree(json, (value) => (isCall(value) ? { ...value, arguments: '' } : value)));
  },
});
