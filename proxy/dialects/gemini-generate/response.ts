import { ProxyError } from '../../errors.ts';
import type { ChatResponse, ReasoningPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { carrySignature } from '../carried-signature.ts';
import type { ResponseAbout } from '../dialect.ts';
import { asArray, asObject, asText, type WireObject } from '../reading.ts';
import { readModelPart, writeModelParts } from './model-parts.ts';
import { lossesOfFields, noPlaceForCitations, noPlaceForLogprobs } from '../unread-fields.ts';
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
  const parts = partsOf(candidate ?? {}).flatMap(
    (part, index) => readModelPart(part, madeUpCallId(id, index)) ?? noteUnknown(part, index, losses),
  );
  losses.push(...lossesOfFields(candidate ?? {}, 'candidates[0]', lossesOfCandidate));
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

const lossesOfCandidate = {
  citationMetadata: noPlaceForCitations,
  groundingMetadata: 'search results have no neutral form',
  urlContextMetadata: 'search results have no neutral form',
  logprobsResult: noPlaceForLogprobs,
};

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
  if (reason === 'stop-sequence') losses.push({ path: 'stop.reason', why: 'Gemini does not tell a stop sequence from an ordinary end' });
  const value = {
    candidates: [{ content: { role: 'model', parts }, finishReason: stopToWire(reason, raw), index: 0 }],
    ...(response.usage && { usageMetadata: usageToWire(response.usage) }),
    modelVersion: about.model,
    ...(response.id !== '' && { responseId: response.id }),
  };
  return { value, losses };
};
