import type { ImagePart, StopReason, Usage } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { lossesOfFields } from '../unread-fields.ts';
import { asCount, asObject, asText, needText, optionalText, present, type WireObject } from '../reading.ts';

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

/** `undefined` when the data are no image. A missing media type is taken for an image's. */
export const imageFromWire = (part: WireObject, path: string): ImagePart | undefined => {
  const inline = part['inlineData'] === undefined ? undefined : camelKeys(asObject(part['inlineData']) ?? {});
  const file = part['fileData'] === undefined ? undefined : camelKeys(asObject(part['fileData']) ?? {});
  const mediaType = optionalText((inline ?? file)?.['mimeType'], `${path}.mimeType`);
  if (mediaType !== undefined && !mediaType.startsWith('image/')) return undefined;
  if (inline) {
    return {
      kind: 'image',
      source: { kind: 'inline', ...present({ mediaType }), data: needText(inline['data'], `${path}.inlineData.data`) },
    };
  }
  return file && { kind: 'image', source: { kind: 'url', url: needText(file['fileUri'], `${path}.fileData.fileUri`) } };
};

/** What a neutral image cannot say: the name shown for it, and the type of one that is given by its URL. */
export const lossesOfImage = (part: WireObject, path: string): readonly Loss[] => {
  const inline = camelKeys(asObject(part['inlineData']) ?? {});
  const file = camelKeys(asObject(part['fileData']) ?? {});
  const name = { displayName: 'the name of an image is not carried' };
  return [
    ...lossesOfFields(inline, `${path}.inlineData`, name),
    ...lossesOfFields(file, `${path}.fileData`, { ...name, mimeType: 'the media type of an image by URL is not carried' }),
  ];
};

export const imageToWire = ({ source }: ImagePart): WireObject =>
  source.kind === 'url'
    ? { fileData: { fileUri: source.url } }
    : { inlineData: { ...present({ mimeType: source.mediaType }), data: source.data } };

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

/** Gemini counts thoughts beside `candidatesTokenCount` and leaves out counts that are zero; the neutral output includes reasoning. */
export const usageFromWire = (wire: unknown): Usage | undefined => {
  const usage = asObject(wire);
  const input = asCount(usage?.['promptTokenCount']);
  const answer = asCount(usage?.['candidatesTokenCount']);
  if (!usage || (input === undefined && answer === undefined)) return undefined;
  const reasoning = asCount(usage['thoughtsTokenCount']);
  const cachedInput = asCount(usage['cachedContentTokenCount']);
  return { input: input ?? 0, output: (answer ?? 0) + (reasoning ?? 0), ...present({ cachedInput, reasoning }) };
};

export const usageToWire = ({ input, output, cachedInput, reasoning }: Usage): WireObject => ({
  promptTokenCount: input,
  candidatesTokenCount: Math.max(0, output - (reasoning ?? 0)),
  ...present({ thoughtsTokenCount: reasoning, cachedContentTokenCount: cachedInput }),
  totalTokenCount: input + output,
});

/** Ids for calls that came without one: the same input gives the same ids, and two answers give different ones. */
export const madeUpCallId = (within: string, part: number): string =>
  `call_${within.replaceAll(/[^A-Za-z0-9_-]/g, '').slice(0, 32) || '0'}_${part}`;

export const textOf = (value: unknown): string => asText(value) ?? '';
