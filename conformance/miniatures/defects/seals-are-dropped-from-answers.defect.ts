import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';

const seals = ['signature', 'thoughtSignature', 'encrypted_content'];

const dropped = (json: unknown): unknown =>
  mapTree(json, (value) => (isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !seals.includes(key))) : value));

export default defineDefect({
  id: 'seals-are-dropped-from-answers',
  about: 'What seals a vendor’s thinking is left out of answers, so that no caller can hand it back',
  seenIn: 'performance.md 3.3 row 9: CLIProxyAPI#1243, new-api#7137',
  front: async (message, passOn) => {
    // A summary of a whole conversation is sealed as well, and is another matter.
    const reply = await passOn(message);
    if (message.path.includes('/compact')) return reply;
    return isStream(reply) ? withEvents(reply, dropped) : withJson(reply, dropped);
  },
});
