import { defineDefect, withJson } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';
import { withUsage } from '../usage-places.ts';

type Tree = Readonly<Record<string, unknown>>;

const unlessZero = (usage: Tree): Tree | undefined =>
  Object.values(usage).some((count) => typeof count === 'number' && count > 0) ? usage : undefined;

export default defineDefect({
  id: 'zeros-are-estimated-anew',
  about: 'An upstream that counted zero is taken for one that did not count, and its tokens are estimated',
  seenIn: 'sheet R11 (e) 1: missing and zero are read alike',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    const edit = (json: Tree): unknown => withUsage(json, unlessZero);
    return isStream(reply) ? withEvents(reply, edit) : withJson(reply, edit);
  },
});
