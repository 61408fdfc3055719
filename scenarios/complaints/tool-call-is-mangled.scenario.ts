import { exchange } from '#fixtures/catalogue';
import type { Exchange, SurfaceId } from '#fixtures/exchange';
import type { Play, UpstreamRequest } from '#fixtures/upstreams/script';
import {
  answer,
  answers,
  converse,
  defineScenario,
  deviates,
  holds,
  must,
  type CallerSight,
  type Cell,
  type ClientDialect,
  type Reading,
} from '#scenarios/kit/index';

import { everyPair } from './upstreams.ts';

const letterByLetter = '[arguments letter by letter]';
const onlyAtTheEnd = '[arguments only at the end]';
const cutAnywhere = '[bytes cut anywhere]';

const marked = (marker: string) => (request: UpstreamRequest) => request.bodyBytes.includes(marker);

/** Where the pieces of a call's arguments stand in an event; Gemini sends arguments as a whole. */
const pieceOfArguments: Partial<Readonly<Record<SurfaceId, RegExp>>> = {
  'openai-chat': /"function":\{"arguments":"((?:[^"\\]|\\.)+)"\}/,
  'openai-responses': /"type":"response\.function_call_arguments\.delta".*"delta":"((?:[^"\\]|\\.)+)"/,
  'anthropic-messages': /"partial_json":"((?:[^"\\]|\\.)+)"/,
};

/** The text of one event as many, each with one letter (or one escape) of the arguments. */
const inLetters = (surface: SurfaceId, event: string): readonly string[] => {
  const piece = pieceOfArguments[surface]?.exec(event)?.[1];
  if (piece === undefined) return [event];
  const letters = piece.match(/[^"\\]|\\./g) ?? [];
  const at = event.lastIndexOf(`"${piece}"`);
  return letters.map((letter) => `${event.slice(0, at)}"${letter}"${event.slice(at + piece.length + 2)}`);
};

type Chunk = Exchange['response']['chunks'][number];

const eventsEdited = (known: Exchange, edit: (event: string) => readonly string[]): Play => {
  const edited = (chunk: Chunk): readonly Chunk[] => ('utf8' in chunk ? edit(chunk.utf8).map((utf8) => ({ afterMs: 0, utf8 })) : [chunk]);
  const chunks = known.response.chunks.flatMap(edited);
  return { exchange: known.id, made: { ...known, response: { ...known.response, chunks } } };
};

const callsOf = (surface: SurfaceId): Exchange => exchange(`${surface}/parallel-calls.stream`);

/** Some vendors and servers send the deltas not at all: the arguments are in the event that ends the call. */
const withoutDeltas = (surface: SurfaceId): Play =>
  eventsEdited(callsOf(surface), (event) => (event.includes('function_call_arguments.delta') ? [] : [event]));

const callingUpstream = answer('parallel-calls')
  .when(marked(letterByLetter), ({ surface }) => eventsEdited(callsOf(surface), (event) => inLetters(surface, event)))
  .when(marked(onlyAtTheEnd), ({ surface }) => withoutDeltas(surface))
  .when(marked(cutAnywhere), ({ surface }) => ({ exchange: `${surface}/parallel-calls.stream`, dribble: { bytes: 101, everyMs: 0 } }));

const bothCalls = [
  { name: 'lookup', arguments: { city: 'Berlin' } },
  { name: 'lookup', arguments: { city: 'Paris' } },
];

/** Holds when the caller reads both calls, whole and in their order. */
const calls = (sight: CallerSight): Reading =>
  answers(sight, ({ toolCalls }) =>
    JSON.stringify(toolCalls) === JSON.stringify(bothCalls) ? holds() : deviates({ expected: bothCalls, actual: toolCalls }),
  );

/** How each dialect says that the caller is to run tools; Responses and Gemini say nothing of it. */
const stopForTools: Partial<Readonly<Record<ClientDialect, string>>> = { 'openai-chat': 'tool_calls', 'anthropic-messages': 'tool_use' };

const streams = ({ stream }: Cell): boolean => stream;

/** Complaint 2 of ten (see README.md): CLIProxyAPI 561 and pull 1579, 9router 3416, openclaude 1259. */
export default defineScenario({
  id: 'complaints/tool-call-is-mangled',
  title: 'Tool calls arrive truncated, doubled, in the wrong order or empty',
  matrixRow: 'complaints',
  requires: ['tools'],
  diagnosis: {
    symptom:
      'An agent stops or repeats itself: arguments of a tool are no JSON, a call is missing or there twice, or two parallel calls have become one.',
    cause:
      'Translations of streams that build on one vendor’s habits: text comes before calls, one call at a time, arguments in few pieces that are each sent before the call ends.',
    check:
      'Ask for two calls at once, in both modes, and compare name and parsed arguments of each with what the vendor sends when asked directly.',
    remediation:
      'Keep calls apart by their index or id, join pieces of arguments as they come, take arguments from the event that ends the call when no piece came, and end the answer with the dialect’s word for tool calls.',
  },
  cells: everyPair(false, true),
  upstream: () => callingUpstream,
  steps: ({ cell, model }) => {
    const ask = (marker: string) =>
      converse(cell, { model: model(), text: `Look up Berlin and Paris. ${marker}`, maxOutputTokens: 64, toolResults: [] });
    return { calls: ask(''), letters: ask(letterByLetter), end: ask(onlyAtTheEnd), cut: ask(cutAnywhere) };
  },
  expectations: [
    must.behind('parallel-calls-arrive-whole-and-in-order', ['calls'], (sights) => calls(sights.calls)),
    must.behind(
      'the-caller-is-told-to-run-tools',
      ['calls'],
      (sights, cell) =>
        answers(sights.calls, ({ stop }) =>
          stop === stopForTools[cell.client] ? holds() : deviates({ expected: stopForTools[cell.client], actual: stop ?? 'no reason' }),
        ),
      { appliesTo: (cell) => stopForTools[cell.client] !== undefined },
    ),
    must.behind('arguments-in-single-letters-are-joined', ['letters'], ({ letters }) => calls(letters), {
      appliesTo: (cell) => streams(cell) && pieceOfArguments[cell.upstream] !== undefined,
    }),
    must.behind('arguments-that-come-only-at-the-end-arrive', ['end'], ({ end }) => calls(end), {
      appliesTo: (cell) => streams(cell) && cell.upstream === 'openai-responses',
    }),
    must.behind('where-the-bytes-are-cut-does-not-matter', ['cut'], ({ cut }) => calls(cut), { appliesTo: streams }),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'translating calls is no unit of the reference proxy; the kill matrix shows proxies that do it wrong',
  },
  live: { safe: false, because: 'models may answer without calling the tools' },
});
