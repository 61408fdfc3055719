import { exchange } from '#fixtures/catalogue';
import type { Exchange, SurfaceId } from '#fixtures/exchange';
import type { Script } from '#fixtures/upstreams/script';

/** Streams whose connection ends in a regular way before they have said that they are whole. */

type Events = Partial<Readonly<Record<SurfaceId, RegExp>>>;
type Chunk = Exchange['response']['chunks'][number];

/** The events by which a vendor says that its answer is whole. */
const endings: Events = {
  'openai-chat': /"finish_reason":"stop"|\[DONE\]/,
  'openai-responses': /"type":"response\.completed"/,
  'anthropic-messages': /"type":"message_(delta|stop)"/,
};

const leavingOut =
  (events: Events): Script =>
  ({ surface }) => {
    const known = exchange(`${surface}/text.stream`);
    const edited = (chunk: Chunk): readonly Chunk[] => {
      if (!('utf8' in chunk)) return [chunk];
      // Gemini's last event is the last word, and says in one field that the answer is whole.
      return events[surface]?.test(chunk.utf8) === true ? [] : [{ ...chunk, utf8: chunk.utf8.replace('"finishReason":"STOP",', '') }];
    };
    const chunks = known.response.chunks.flatMap(edited);
    return { exchange: known.id, made: { ...known, response: { ...known.response, chunks } } };
  };

/** All words, and nothing that says that these were all. */
export const unended = leavingOut(endings);

/** The same, with everything but the very last event of Messages. */
export const unstopped = leavingOut({ ...endings, 'anthropic-messages': /"type":"message_stop"/ });
