import { exchange } from '#fixtures/catalogue';
import type { Script, UpstreamRequest } from '#fixtures/upstreams/script';
import { answer, converse, defineScenario, must, says, should } from '#scenarios/kit/index';

import { everyPair } from '../complaints/upstreams.ts';
import { said } from './in-step.ts';

/** Ways to write the same events, all of them in the standard, by what the question says. Each was seen at a vendor or at a hop before one. */
const framings = {
  carriageReturns: '[lines end with CR and LF]',
  lineFeeds: '[lines end with LF]',
  comments: '[comments and blank lines between events]',
  unspaced: '[no space behind the colon]',
  moreFields: '[id and retry beside the data]',
  severalLines: '[data in several lines]',
} as const;
type Framing = keyof typeof framings;

type Edit = (events: string) => string;

const dataLine = /^data: (\{.*\})$/gm;

/** From events with LF alone. JSON may be broken behind a brace, and is the same JSON. */
const rewrite: Readonly<Record<Framing, Edit>> = {
  carriageReturns: (events) => events.replaceAll('\n', '\r\n'),
  lineFeeds: (events) => events,
  comments: (events) => `: welcome\n\n${events.replaceAll('\n\n', '\n\n: still here\n\n\n')}`,
  unspaced: (events) => events.replaceAll(/^(data|event): /gm, '$1:'),
  moreFields: (events) => events.replaceAll(dataLine, (line) => `id: 7\nretry: 3000\n${line}`),
  severalLines: (events) => events.replaceAll(dataLine, (_, json: string) => `data: {\ndata: ${json.slice(1)}`),
};

const framed =
  (framing: Framing): Script =>
  ({ surface }) => {
    const known = exchange(`${surface}/text.stream`);
    const events = known.response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : '')).join('');
    const chunks = [{ afterMs: 0, utf8: rewrite[framing](events.replaceAll('\r\n', '\n')) }];
    return { exchange: known.id, made: { ...known, response: { ...known.response, chunks } } };
  };

const marked =
  (framing: Framing) =>
  ({ bodyBytes }: UpstreamRequest): boolean =>
    bodyBytes.includes(framings[framing]);

const everyFraming = Object.keys(framings) as readonly Framing[];

/** Sheet row 17 (e) 3 and 5, rows 1 to 11, 1.5: the same events, framed as their vendors and the hops before them frame them. */
export default defineScenario({
  id: 'streaming/framed-in-another-way',
  title: 'A vendor’s stream is lost because its lines end in another way, or comments stand between its events',
  matrixRow: 'streaming',
  requires: [],
  diagnosis: {
    symptom:
      'Streams of one vendor, or since a hop was put before it, are empty, hang until their end or fail with a parse error. The same vendor answers well without stream.',
    cause:
      'The proxy reads event streams by searching for “\\n\\n” or “data: ”. The standard allows more: CR LF, comments, no space behind the colon, id and retry, data in several lines.',
    check:
      'curl -N the vendor directly, through `cat -A`: ^M at the ends of lines, lines that begin with a colon, or data: without a space.',
    remediation:
      'Read streams with a parser that follows the standard (WHATWG, server-sent events). Comments may be passed on or left out; between events, never inside of one.',
  },
  cells: everyPair(true),
  upstream: () => everyFraming.reduce((script, framing) => script.when(marked(framing), framed(framing)), answer('text')),
  steps: ({ cell, model }) => {
    const ask = (framing: Framing) => converse(cell, { model: model(), text: `Say ok. ${framings[framing]}`, maxOutputTokens: 16 });
    return {
      carriageReturns: ask('carriageReturns'),
      lineFeeds: ask('lineFeeds'),
      comments: ask('comments'),
      unspaced: ask('unspaced'),
      moreFields: ask('moreFields'),
      severalLines: ask('severalLines'),
    };
  },
  expectations: [
    must('lines-may-end-with-cr-and-lf', ['carriageReturns'], ({ carriageReturns }) => says(carriageReturns, said)),
    must('lines-may-end-with-lf', ['lineFeeds'], ({ lineFeeds }) => says(lineFeeds, said)),
    must('comments-are-no-events', ['comments'], ({ comments }) => says(comments, said)),
    must('the-space-behind-the-colon-may-be-missing', ['unspaced'], ({ unspaced }) => says(unspaced, said)),
    must('other-fields-do-no-harm', ['moreFields'], ({ moreFields }) => says(moreFields, said)),
    // No vendor of ours writes it, and parsers of many a client do not read it.
    should('data-may-stand-in-several-lines', ['severalLines'], ({ severalLines }) => says(severalLines, said)),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'the reference proxy reads streams by the standard and has no other way; the kill matrix shows proxies that do not',
  },
  live: { safe: false, because: 'a real vendor writes its streams in one way' },
});
