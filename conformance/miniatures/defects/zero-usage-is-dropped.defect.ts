import { defineDefect, withJson } from '../defect.ts';
import { isStream, withEvents } from '../streamed-events.ts';
import { withUsage } from '../usage-places.ts';

type Tree = Readonly<Record<string, unknown>>;

const unlessZero = (usage: Tree): Tree | undefined =>
  Object.values(usage).some((count) => typeof count === 'number' && count > 0) ? usage : undefined;

export default defineDefect({
  id: 'zero-usage-is-dropped',
  about: 'A count of zero is taken for a missing one and left out',
  seenIn: 'sheet R11 (e) 1; CPA@feb: a record whose tokens are all 0 is dropped',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    const edit = (json: Tree): unknown => withUsage(json, unlessZero);
    return isStream(reply) ? withEvents(reply, edit) : withJson(reply, edit);
  },
});
