import { defineDefect, textOf, withText } from '../defect.ts';
import { isStream } from '../streamed-events.ts';

export default defineDefect({
  id: 'parallel-calls-share-an-index',
  about: 'Pieces of parallel tool calls are joined as if there were one call',
  seenIn: 'CLIProxyAPI#561, openclaude#1259: split and doubled tool calls',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!isStream(reply)) return withText(reply, textOf(reply).replaceAll('Paris', 'Berlin'));
    return withText(
      reply,
      textOf(reply)
        .replaceAll(/("tool_calls":\[\{"index":)1\b/g, '$10')
        .replaceAll('Paris', 'Berlin'),
    );
  },
});
