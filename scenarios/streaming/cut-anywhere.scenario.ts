import { exchange } from '#fixtures/catalogue';
import type { Exchange, SurfaceId } from '#fixtures/exchange';
import type { Ending, Play, Script } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  answerIn,
  converse,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  says,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { doesNotEndWell, endsInAnError } from '../complaints/stream-end.ts';
import { everyPair } from '../complaints/upstreams.ts';
import { words } from './in-step.ts';

const inPieces = '[in pieces of three bytes]';
const insideACharacter = '[ends inside a character]';
const withoutFraming = '[the connection ends]';
const insideAChunk = '[the connection ends inside a chunk]';

/** Letters of two, three and four bytes, one written of two code points, and one that goes on over several. */
const middle = ' sägt 完全に 🦜👩‍🔬 é';
const written = `${words[0]}${middle}${words[2]}`;

/** The vendor's answer with another second word, wherever it stands. */
const inManyScripts = (surface: SurfaceId): Exchange => {
  const known = exchange(`${surface}/text.stream`);
  const chunks = known.response.chunks.map((chunk) =>
    'utf8' in chunk ? { ...chunk, utf8: chunk.utf8.replaceAll(words[1], middle) } : chunk,
  );
  return { ...known, response: { ...known.response, chunks } };
};

const playing = (made: Exchange): Play => ({ exchange: made.id, made });

/** The answer up to the middle of the bird, which has four bytes. */
const cutInTheBird = (surface: SurfaceId): Exchange => {
  const made = inManyScripts(surface);
  const all = Buffer.concat(made.response.chunks.map((chunk) => Buffer.from('utf8' in chunk ? chunk.utf8 : '')));
  const base64 = all.subarray(0, all.indexOf('🦜') + 2).toString('base64');
  return { ...made, response: { ...made.response, chunks: [{ afterMs: 0, base64 }] } };
};

/** Events of each vendor's stream up to and with the first word. */
const upToTheFirstWord: Partial<Readonly<Record<SurfaceId, number>>> = {
  'openai-chat': 2,
  'openai-responses': 5,
  'anthropic-messages': 4,
  'gemini-generate': 1,
};

const ending =
  (how: Ending): Script =>
  ({ surface }) => ({ exchange: `${surface}/text.stream`, fault: { afterEvents: upToTheFirstWord[surface] ?? 1, ending: how } });

const cuttingUpstream = answer('text')
  .when(
    ({ bodyBytes }) => bodyBytes.includes(inPieces),
    ({ surface }) => ({ ...playing(inManyScripts(surface)), dribble: { bytes: 3, everyMs: 0 } }),
  )
  .when(
    ({ bodyBytes }) => bodyBytes.includes(insideACharacter),
    ({ surface }) => playing(cutInTheBird(surface)),
  )
  .when(({ bodyBytes }) => bodyBytes.includes(withoutFraming), ending('eof'))
  .when(({ bodyBytes }) => bodyBytes.includes(insideAChunk), ending('mid-chunk'));

const replacement = '\uFFFD';

/** Holds when what the caller got is the beginning of what was written, without a letter that nobody wrote. */
const isABeginning = (sight: CallerSight): Reading => {
  const text = answerIn(sight)?.text;
  if (text === undefined || text === '') return deviates({ expected: `an answer that begins with ${words[0]}`, actual: inShort(sight) });
  return written.startsWith(text) && !sight.bodyText.includes(replacement)
    ? holds()
    : deviates({ expected: `the beginning of ${written}`, actual: text });
};

const toldAsFailed = (sight: CallerSight): Reading => allOf(endsInAnError(sight), doesNotEndWell(sight));

/** Sheet row 17 (e) 5: frames go over the line in any pieces. Where a connection is reset or ends between events: complaints/stream-ends-early. */
export default defineScenario({
  id: 'streaming/cut-anywhere',
  title: 'A stream is cut inside of a character or a chunk, and the caller gets letters that nobody wrote',
  matrixRow: 'streaming',
  requires: [],
  diagnosis: {
    symptom:
      'Now and then a letter with an accent, a Chinese one or an emoji is replaced by question marks, or a client fails to read an event. Some streams break off without a word.',
    cause:
      'The proxy decodes each piece that comes over the line by itself, though a piece may end inside of a character or an event. Or it takes the end of a connection inside of a chunk for the end of the answer.',
    check:
      'Ask for an answer in another script or with many emoji, streamed, a few times, and look for U+FFFD in it; the same answer without stream has none.',
    remediation:
      'Decode with a decoder that remembers what it has half, split events at blank lines only, and tell a connection that ends early as an error.',
  },
  cells: everyPair(true),
  upstream: () => cuttingUpstream,
  steps: ({ cell, model }) => {
    const ask = (mark: string) => converse(cell, { model: model(), text: `Say ok. ${mark}`, maxOutputTokens: 64 });
    return { pieces: ask(inPieces), character: ask(insideACharacter), connection: ask(withoutFraming), chunk: ask(insideAChunk) };
  },
  expectations: [
    must('characters-in-pieces-arrive-whole', ['pieces'], ({ pieces }) => says(pieces, written)),
    must('a-cut-character-is-not-made-up', ['character'], ({ character }) => isABeginning(character)),
    must('a-stream-that-ends-inside-of-a-character-ends-in-an-error', ['character'], ({ character }) => toldAsFailed(character)),
    must('a-connection-that-ends-without-its-framing-ends-in-an-error', ['connection', 'chunk'], ({ connection, chunk }) =>
      allOf(toldAsFailed(connection), toldAsFailed(chunk)),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'reading pieces as they come is part of how the reference proxy reads streams; the kill matrix shows proxies that do not',
  },
  live: { safe: false, because: 'a real upstream cannot be asked where to cut its stream' },
});
