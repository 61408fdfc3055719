import { isDeepStrictEqual } from 'node:util';

import { newAggregator } from '../../ir/aggregate.ts';
import { asEvents } from '../../ir/as-events.ts';
import type { ChatRequest, ChatResponse } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { customToolsAsFunctions } from '../custom-tools.ts';
import type { Dialect } from '../dialect.ts';
import { namedSchema } from '../output-format.ts';
import { planOfRequest, withPlan } from '../../thinking/of-request.ts';
import { parseJson } from '../reading.ts';
import { mergeTurns } from '../turns.ts';
import type { Feature, SharedDialect } from './features/feature.ts';

/** What becomes of one feature between a client and an upstream. */
export type Fate =
  | { readonly kind: 'absent'; readonly from: 'client' | 'upstream' }
  /** Relayed as it came, because both sides speak the same dialect. */
  | { readonly kind: 'own' }
  | { readonly kind: 'carried' }
  | { readonly kind: 'lost'; readonly losses: readonly Loss[] }
  /** Only with a remedy, which is no part of the codecs. */
  | { readonly kind: 'remedied'; readonly by: string }
  /** Something is missing and no loss says so: a bug of a codec. */
  | { readonly kind: 'dropped'; readonly what: string };

export interface Pair {
  readonly client: Dialect;
  readonly upstream: Dialect;
}

/** Models that reason, since the codecs write some settings by the model's generation. */
export const models: Readonly<Record<SharedDialect, string>> = {
  'openai-chat': 'gpt-5.4',
  'openai-responses': 'gpt-5.4',
  'anthropic-messages': 'claude-sonnet-4-6',
  'gemini-generate': 'gemini-2.5-pro',
};

const idOf = ({ id }: Dialect): SharedDialect => {
  if (id === 'openai-completions' || id === 'kiro') throw new Error(`${id} is a dialect of one side only`);
  return id;
};

const fateOf = (losses: readonly Loss[], missing: () => string | undefined): Fate => {
  if (losses.length > 0) return { kind: 'lost', losses };
  const what = missing();
  return what === undefined ? { kind: 'carried' } : { kind: 'dropped', what };
};

const missingMark = (marks: readonly string[], text: string): string | undefined => marks.find((mark) => !text.includes(mark));

const compared = [
  'system',
  'tools',
  'toolChoice',
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'frequencyPenalty',
  'presencePenalty',
  'seed',
  'stop',
  'verbosity',
  'logprobs',
  'user',
] as const;

/** A schema's name may stand beside it or in it; OpenAI demands one, so that one may be made up. */
const changedFormat = ({ format: asked }: ChatRequest, { format: arrived }: ChatRequest): boolean => {
  if (asked?.kind !== 'json-schema' || arrived?.kind !== 'json-schema') return !isDeepStrictEqual(asked, arrived);
  const { name: _madeUp, ...unnamed } = arrived;
  const shown = asked.name === undefined && asked.schema['title'] === undefined ? unnamed : arrived;
  return !isDeepStrictEqual(namedSchema(asked).value, namedSchema(shown).value);
};

/** Effort and budget stand for each other, and upstreams want some fields that a client may leave out. */
const changedField = (asked: ChatRequest, arrived: ChatRequest): string | undefined => {
  const field = compared.find((key) => asked[key] !== undefined && !isDeepStrictEqual(asked[key], arrived[key]));
  if (field !== undefined) return field;
  const steers = ({ reasoningEffort, reasoningBudget }: ChatRequest): boolean =>
    reasoningEffort !== undefined || reasoningBudget !== undefined;
  if (steers(asked) !== steers(arrived)) return 'reasoning';
  if (asked.parallelToolCalls === false && arrived.parallelToolCalls !== false) return 'parallelToolCalls';
  if (changedFormat(asked, arrived)) return 'format';
  // Anthropic has one name for the end user, which serves the same end.
  if ((asked.safetyIdentifier ?? asked.user) !== (arrived.safetyIdentifier ?? arrived.user)) return 'safetyIdentifier';
  return isDeepStrictEqual(mergeTurns(asked.turns), mergeTurns(arrived.turns)) ? undefined : 'turns';
};

/** Functions stand for custom tools where there are none; the answer's calls of them become custom calls again. */
const changed = (asked: ChatRequest, arrived: ChatRequest): string | undefined =>
  changedField(asked, arrived) && changedField(customToolsAsFunctions(asked).value, arrived);

const isJson = (text: string): boolean => parseJson(text) !== undefined;

const decodedAgain = (upstream: Dialect, text: string): ChatRequest =>
  upstream.decodeRequest(JSON.parse(text), { model: models[idOf(upstream)], stream: false }).value;

const fateOfAsk = (feature: Feature, { client, upstream }: Pair): Fate => {
  const [from, to] = [idOf(client), idOf(upstream)];
  const ask = feature.asks?.[from];
  if (ask === undefined) return { kind: 'absent', from: 'client' };
  if (from === to) return { kind: 'own' };
  const body = typeof ask === 'function' ? ask(to) : ask;
  const decoded = client.decodeRequest({ model: models[from], ...body }, { model: models[from], stream: false });
  const asked = { ...decoded.value, model: models[to] };
  // As the relay does it: the amount of reasoning is brought to what the model has.
  const { plan, losses: steered } = planOfRequest(asked, to);
  const encoded = upstream.encodeRequest(withPlan(asked, plan, to));
  if (feature.remedy !== undefined && !isJson(encoded.value)) return { kind: 'remedied', by: feature.remedy };
  return fateOf(
    [...decoded.losses, ...steered, ...encoded.losses],
    () => missingMark(feature.marks, encoded.value) ?? changed(asked, decodedAgain(upstream, encoded.value)),
  );
};

/** The client has declared `poet` as a custom tool. */
const about = { model: 'm', createdAt: 1_770_000_000, customTools: new Set(['poet']) };

/** What a client makes of the answer when it is streamed all the way. */
const streamed = (response: ChatResponse, { client, upstream }: Pair): string => {
  const [writer, reader] = [upstream.newStreamEncoder({ ...about, wantsUsage: true }), upstream.newStreamDecoder()];
  const wire = [...asEvents(response).flatMap((event) => writer.push(event)), ...writer.finish()];
  const events = [...wire.flatMap((event) => reader.push(event)), ...reader.finish()];
  const [shower, clientReader, aggregator] = [
    client.newStreamEncoder({ ...about, wantsUsage: true }),
    client.newStreamDecoder(),
    newAggregator(),
  ];
  const shown = [...events.flatMap((event) => shower.push(event)), ...shower.finish()];
  for (const event of [...shown.flatMap((one) => clientReader.push(one)), ...clientReader.finish()]) aggregator.push(event);
  return JSON.stringify(aggregator.result()) + shown.map(({ data }) => data).join('\n');
};

const fateOfAnswer = (feature: Feature, pair: Pair): Fate => {
  const { client, upstream } = pair;
  const answer = feature.answers?.[idOf(upstream)];
  if (answer === undefined) return { kind: 'absent', from: 'upstream' };
  if (client.id === upstream.id) return { kind: 'own' };
  const decoded = upstream.decodeResponse(answer);
  const encoded = client.encodeResponse(decoded.value, about);
  return fateOf([...decoded.losses, ...encoded.losses], () => {
    const missing = missingMark(feature.marks, JSON.stringify(encoded.value));
    if (missing !== undefined) return missing;
    const missingInStream = missingMark(feature.marks, streamed(decoded.value, pair));
    return missingInStream === undefined ? undefined : `${missingInStream}, in a stream`;
  });
};

/** Runs a feature through the real codecs: a request from the client to the upstream, or an answer the other way. */
export const fate = (feature: Feature, pair: Pair): Fate =>
  feature.asks === undefined ? fateOfAnswer(feature, pair) : fateOfAsk(feature, pair);
