import { ProxyError } from '../../errors.ts';
import type { AnswerTextPart, AssistantPart, ChatResponse, ReasoningPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { carrySignature } from '../carried-signature.ts';
import type { ResponseAbout } from '../dialect.ts';
import { asArray, asObject, asText, type WireObject } from '../reading.ts';
import { readModelPart, writeModelParts } from './model-parts.ts';
import { lossesOfFields } from '../unread-fields.ts';
import { readCitations, writeCitations } from './citations.ts';
import { lossesOfTokens, readLogprobs, writeLogprobs } from './logprobs.ts';
import { camelKeys, madeUpCallId, own, stopFromWire, stopToWire, textOf, usageFromWire, usageToWire } from './wire.ts';

/**
 * Reads a whole answer. A blocked prompt has no candidate; it is a refusal.
 * @throws ProxyError upstream-bad-answer when it is no answer.
 */
export const decodeResponse = (wire: unknown): Translated<ChatResponse> => {
  const answer = asObject(wire);
  const candidate = answer && firstCandidate(answer);
  const blocked = answer && blockReason(answer);
  if (!answer || (!candidate && !blocked)) {
    throw new ProxyError('upstream-bad-answer', 'candidates: expected an array with a candidate in the answer of the upstream');
  }
  const losses: Loss[] = [];
  const id = textOf(answer['responseId']);
  const parts = [...readParts(candidate ?? {}, id, losses), ...readRefusal(answer, candidate)];
  losses.push(...lossesOfFields(candidate ?? {}, 'candidates[0]', lossesOfCandidate), ...lossesOfMessage(candidate));
  if ((asArray(answer['candidates']) ?? []).length > 1) losses.push({ path: 'candidates[1]', why: 'only the first candidate is carried' });
  const called = parts.some((part) => part.kind === 'tool-call');
  const raw = asText(candidate?.['finishReason']);
  const usage = usageFromWire(answer['usageMetadata']);
  const stop = blocked
    ? ({ reason: 'refusal', raw: blocked } as const)
    : raw === undefined
      ? ({ reason: 'other' } as const)
      : stopFromWire(raw, called);
  return { value: { id, model: textOf(answer['modelVersion']), parts, stop, ...(usage && { usage }) }, losses };
};

const lossesOfCandidate = { urlContextMetadata: 'search results have no neutral form' };

/** Citations and log probabilities come beside the parts, and belong to the texts among them. */
const readParts = (candidate: WireObject, id: string, losses: Loss[]): readonly AssistantPart[] => {
  const read = partsOf(candidate).map((part, index) => readModelPart(part, madeUpCallId(id, index)) ?? noteUnknown(part, index, losses));
  const texts = read.flatMap((parts, partIndex) => parts.flatMap((part) => (part.kind === 'text' ? [{ text: part.text, partIndex }] : [])));
  const citations = readCitations(candidate, texts, losses);
  const logprobs = readLogprobs(candidate);
  if (logprobs.length > 0 && texts.length === 0)
    losses.push({ path: 'candidates[0].logprobsResult', why: 'there is no text to which they belong' });
  let at = 0;
  return read.flat().map((part) => {
    if (part.kind !== 'text') return part;
    const cited = citations.filter((one) => one.at === at).map(({ citation }) => citation);
    const tokens = at++ === 0 ? logprobs : [];
    return { ...part, ...(cited.length > 0 && { citations: cited }), ...(tokens.length > 0 && { logprobs: tokens }) };
  });
};

/** Why there is no answer, in the words of the filter. */
export const refusalIn = (answer: WireObject, candidate: WireObject | undefined): string => {
  if (!candidate) return textOf(asObject(answer['promptFeedback'])?.['blockReasonMessage']);
  return isRefused(candidate) ? textOf(candidate['finishMessage']) : '';
};

const isRefused = (candidate: WireObject): boolean => stopFromWire(textOf(candidate['finishReason']), false).reason === 'refusal';

const readRefusal = (answer: WireObject, candidate: WireObject | undefined): readonly AssistantPart[] => {
  const text = refusalIn(answer, candidate);
  return text === '' ? [] : [{ kind: 'text', text, refusal: true }];
};

const lossesOfMessage = (candidate: WireObject = {}): readonly Loss[] =>
  isRefused(candidate)
    ? []
    : lossesOfFields(candidate, 'candidates[0]', { finishMessage: 'only Gemini explains an end that is no refusal' });

export const firstCandidate = (answer: WireObject): WireObject | undefined => asObject(asArray(answer['candidates'])?.[0]);

export const partsOf = (candidate: WireObject): readonly WireObject[] =>
  (asArray(asObject(candidate['content'])?.['parts']) ?? []).map((part) => camelKeys(asObject(part) ?? {}));

/** Why the prompt itself was refused, when it was and nothing was answered. */
export const blockReason = (answer: WireObject): string | undefined =>
  firstCandidate(answer) ? undefined : asText(asObject(answer['promptFeedback'])?.['blockReason']);

const noteUnknown = (part: WireObject, index: number, losses: Loss[]): readonly [] => {
  losses.push({ path: `candidates[0].content.parts[${index}]`, why: `a part with ${Object.keys(part).join(', ')} has no neutral form` });
  return [];
};

/** For a client every signature can be written: a foreign one is carried. */
export const signForClient = (signature: NonNullable<ReasoningPart['signature']>): string => carrySignature(signature, own);

/** Writes a whole answer as a client of Gemini reads it. */
export const encodeResponse = (response: ChatResponse, about: ResponseAbout): Translated<unknown> => {
  const losses: Loss[] = [];
  const parts = writeModelParts(response.parts, 'parts', { sign: signForClient, argumentsOf: ({ value }) => value, losses });
  const { reason, raw } = response.stop;
  const texts = response.parts.filter((part) => part.kind === 'text');
  losses.push(
    ...response.parts.flatMap(lossesOfText),
    ...lossesOfFields({ ...response.usage }, 'usage', { cacheWrites: whyNoCacheWrites }),
  );
  if (reason === 'stop-sequence') losses.push({ path: 'stop.reason', why: 'Gemini does not tell a stop sequence from an ordinary end' });
  const value = {
    candidates: [{ content: { role: 'model', parts }, finishReason: stopToWire(reason, raw), index: 0, ...besideTexts(texts) }],
    ...(response.usage && { usageMetadata: usageToWire(response.usage) }),
    modelVersion: about.model,
    ...(response.id !== '' && { responseId: response.id }),
  };
  return { value, losses };
};

const whyNoCacheWrites = 'counted as input; Gemini does not tell how much of it was written to the cache';

const besideTexts = (texts: readonly AnswerTextPart[]): WireObject => ({
  ...writeCitations(texts.map(({ text, citations = [] }) => ({ text, citations }))),
  ...writeLogprobs(texts.flatMap(({ logprobs = [] }) => logprobs)),
});

const lossesOfText = (part: AssistantPart, index: number): readonly Loss[] => {
  if (part.kind !== 'text') return [];
  const { citations = [], logprobs = [] } = part;
  return [
    ...lossesOfTokens(logprobs, `parts[${index}].logprobs`),
    ...citations.flatMap(({ quote }, at) =>
      quote === undefined ? [] : [{ path: `parts[${index}].citations[${at}].quote`, why: 'Gemini does not repeat what a source says' }],
    ),
  ];
};
