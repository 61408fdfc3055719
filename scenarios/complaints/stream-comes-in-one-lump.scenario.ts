import type { SurfaceId } from '#fixtures/exchange';
import type { Script, UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  answers,
  converse,
  defineScenario,
  deviates,
  holds,
  must,
  says,
  type Cell,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { arrivedInStep } from '../streaming/in-step.ts';
import { everyPair } from './upstreams.ts';

const asksForCalls = '[call both tools]';

/**
 * Upstreams whose streams go on only when the caller has what came so far: a step and no clock. Arguments of Chat, Responses and
 * Messages come in pieces, and those of Gemini as a whole; its callers get whole calls too, so there only the first call is waited for.
 */
const pieces = String.raw`{\"city\":`;
const textsOf = ({ client }: Cell, upstream: SurfaceId): readonly string[] => {
  if (upstream === 'gemini-generate') return ['Berlin'];
  if (client === 'gemini-generate') return [];
  // Chat does not say where a call ends, and blocks of Messages follow each other: the second may have to wait for the end.
  return client === 'anthropic-messages' && upstream === 'openai-chat' ? [pieces, 'Berlin'] : [pieces, 'Berlin', 'Paris'];
};

const waiting =
  (slug: string, untilSeen: (surface: SurfaceId) => readonly string[]): Script =>
  ({ surface, stream }: UpstreamRequest) =>
    stream ? { exchange: `${surface}/${slug}.stream`, untilSeen: untilSeen(surface) } : { exchange: `${surface}/${slug}` };

const waitingUpstream = (cell: Cell) =>
  answer('text')
    .when(
      ({ bodyBytes }) => bodyBytes.includes(asksForCalls),
      waiting('parallel-calls', (surface) => textsOf(cell, surface)),
    )
    .when(
      () => true,
      waiting('text', () => ['Wireproof', ' says', ' ok.']),
    );

const bothCities = (sight: FullSight): Reading =>
  answers(sight, ({ toolCalls }) => (toolCalls.length === 2 ? holds() : deviates({ expected: 'two calls', actual: toolCalls })));

/** Complaint 7 of ten (see README.md): bifrost 2048, dstack 4269: tool deltas in one lump, and text in blocks of 16 KB. */
export default defineScenario({
  id: 'complaints/stream-comes-in-one-lump',
  title: 'A streamed answer comes late and in one lump',
  matrixRow: 'complaints',
  requires: [],
  diagnosis: {
    symptom: 'Streaming is on, and nothing appears for long; then the whole answer, or a large block of it, is there at once.',
    cause:
      'Something on the way collects the stream: a buffer that is flushed when it is full, a translation that waits for the next event or for the end of a tool call, compression, or a reverse proxy with buffering on.',
    check:
      'Ask for a streamed answer with curl -N, directly and through each hop, and watch whether events appear one by one. The hop behind which they come together is the one.',
    remediation:
      'Write and flush every event as it comes, pieces of tool arguments too. Switch buffering and compression off for text/event-stream on every hop (nginx: proxy_buffering off, or X-Accel-Buffering: no).',
  },
  cells: everyPair(true),
  upstream: waitingUpstream,
  steps: ({ cell, model }) => {
    const ask = (text: string) => converse(cell, { model: model(), text, maxOutputTokens: 64, toolResults: [] });
    return { text: ask('Say ok.'), calls: ask(`Look both up. ${asksForCalls}`) };
  },
  expectations: [
    must.behind('each-piece-of-text-is-out-before-the-next-comes', ['text'], ({ text }) =>
      allOf(says(text, 'Wireproof says ok.'), arrivedInStep(text)),
    ),
    must.behind(
      'each-piece-of-a-tool-call-is-out-before-the-next-comes',
      ['calls'],
      ({ calls }) => allOf(bothCities(calls), arrivedInStep(calls)),
      { appliesTo: (cell) => textsOf(cell, cell.upstream).length > 0 },
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'the reference proxy has no buffer that could be switched on; the kill matrix shows proxies that hold events back',
  },
  live: { safe: false, because: 'a real upstream does not wait for what its caller has seen' },
});
