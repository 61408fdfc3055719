import { defineDefect, textOf, withText } from '../defect.ts';
import { eventsOf, isStream } from '../streamed-events.ts';

/** A piece of arguments that is a single quotation mark. */
const onlyAQuote = /"(?:arguments|partial_json|delta)":"\\""/;

export default defineDefect({
  id: 'letters-of-arguments-are-lost',
  about: 'Pieces of a tool call’s arguments that are one quotation mark count as empty and are dropped',
  seenIn: 'CLIProxyAPI pull 1579, 9router#3416: truncated JSON in arguments that come in small pieces',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    if (!isStream(reply) || !onlyAQuote.test(textOf(reply))) return reply;
    const kept = eventsOf(reply).filter((event) => !onlyAQuote.test(event));
    // A proxy that lost letters has them nowhere, so the summary at the end of Responses goes without its closing brace too.
    return withText(reply, kept.join('').replaceAll(String.raw`\"}"`, String.raw`\""`));
  },
});
