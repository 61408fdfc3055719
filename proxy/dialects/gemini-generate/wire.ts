import type { StopReason, Usage } from '../../ir/chat.ts';
import { asArray, asCount, asObject, asText, present, type WireObject } from '../reading.ts';

/** The shapes that requests, answers and streams of generateContent share, read leniently: what is used, not all that is documented. */

export const own = 'gemini-generate';

/**
 * Google's JSON accepts every field in snake_case too (sheet row 12 a). Renames the members of one level only, so that arguments,
 * tool results and schemas keep the names that their authors chose.
 */
export const camelKeys = (object: WireObject): WireObject =>
  Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]),
  );

const reasonOfRaw: Readonly<Record<string, StopReason>> = {
  STOP: 'end',
  MAX_TOKENS: 'length',
  SAFETY: 'refusal',
  RECITATION: 'refusal',
  BLOCKLIST: 'refusal',
  PROHIBITED_CONTENT: 'refusal',
  SPII: 'refusal',
  IMAGE_SAFETY: 'refusal',
};

const rawOfReason: Readonly<Record<StopReason, string>> = {
  end: 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'stop-sequence': 'STOP',
  refusal: 'SAFETY',
  other: 'OTHER',
};

/** Gemini says STOP after a tool call too; only the call itself tells. */
export const stopFromWire = (raw: string, called: boolean): { readonly reason: StopReason; readonly raw: string } => {
  const reason = reasonOfRaw[raw] ?? 'other';
  return { reason: called && reason === 'end' ? 'tool-calls' : reason, raw };
};

/** A raw reason in Google's spelling goes back as it was. */
export const stopToWire = (reason: StopReason, raw: string | undefined): string => {
  const usual = rawOfReason[reason];
  if (raw === undefined || !/^[A-Z][A-Z_]*$/.test(raw)) return usual;
  return (reasonOfRaw[raw] ?? 'other') === (reasonOfRaw[usual] ?? 'other') ? raw : usual;
};

/**
 * Gemini counts thoughts and the results of its own tools beside the two main counts, and leaves out counts that are zero; the neutral
 * output includes reasoning, and the neutral input all that was read.
 */
export const usageFromWire = (wire: unknown): Usage | undefined => {
  const usage = asObject(wire);
  const input = asCount(usage?.['promptTokenCount']);
  const answer = asCount(usage?.['candidatesTokenCount']);
  if (!usage || (input === undefined && answer === undefined)) return undefined;
  const reasoning = asCount(usage['thoughtsTokenCount']);
  const details = {
    cachedInput: asCount(usage['cachedContentTokenCount']),
    reasoning,
    audioInput: audioIn(usage['promptTokensDetails']),
    audioOutput: audioIn(usage['candidatesTokensDetails']),
  };
  const read = (input ?? 0) + (asCount(usage['toolUsePromptTokenCount']) ?? 0);
  return { input: read, output: (answer ?? 0) + (reasoning ?? 0), ...present(details) };
};

const audioIn = (details: unknown): number | undefined => {
  const counts = (asArray(details) ?? []).map((one) => asObject(one) ?? {});
  return asCount(counts.find(({ modality }) => modality === 'AUDIO')?.['tokenCount']) || undefined;
};

export const usageToWire = ({ input, output, cachedInput, reasoning, audioInput, audioOutput }: Usage): WireObject => ({
  promptTokenCount: input,
  candidatesTokenCount: Math.max(0, output - (reasoning ?? 0)),
  ...present({
    thoughtsTokenCount: reasoning,
    cachedContentTokenCount: cachedInput,
    promptTokensDetails: audioDetails(audioInput),
    candidatesTokensDetails: audioDetails(audioOutput),
  }),
  totalTokenCount: input + output,
});

const audioDetails = (tokenCount: number | undefined) => (tokenCount === undefined ? undefined : [{ modality: 'AUDIO', tokenCount }]);

/** Ids for calls that came without one: the same input gives the same ids, and two answers give different ones. */
export const madeUpCallId = (within: string, part: number): string =>
  `call_${within.replaceAll(/[^A-Za-z0-9_-]/g, '').slice(0, 32) || '0'}_${part}`;

export const textOf = (value: unknown): string => asText(value) ?? '';
