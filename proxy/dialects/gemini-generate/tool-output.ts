import type { ContentPart, FilePart, ImagePart, TextPart, ToolOutput, ToolResultPart } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { lossOfDetail } from '../files.ts';
import { rawJson } from '../splice-json.ts';
import { asArray, asObject, asText, present, type WireObject } from '../reading.ts';
import { mediaFromWire, mediaToWire } from './media.ts';
import { camelKeys } from './wire.ts';

/** What a tool returned, as the `response` and `parts` of a `functionResponse`. */
export interface WrittenOutput {
  readonly response: WireObject;
  readonly parts?: readonly WireObject[];
}

/**
 * The output is spliced as JSON text, unchecked. That is naive on purpose: an output that is missing leaves nothing behind the colon,
 * `"response":{"result":}`, and Google refuses the whole request (sheet R3 b). The remedy `sparse-tool-result` gives every
 * sparse output a text before it gets here. A failed call writes `error` in the place of `result`.
 */
export const writeToolOutput = ({ output, isError }: ToolResultPart, path: string, losses: Loss[]): WrittenOutput => {
  losses.push(...lossOfOrder(output, path));
  const parts = inlineMedia(output, path, losses);
  return { response: { [isError ? 'error' : 'result']: rawJson(outputText(output, path, losses)) }, ...(parts.length > 0 && { parts }) };
};

const isInlineMedia = (part: ContentPart): part is ImagePart | FilePart => part.kind !== 'text' && part.source.kind === 'inline';

const inlineMedia = (output: ToolOutput, path: string, losses: Loss[]): readonly WireObject[] =>
  output.form !== 'parts'
    ? []
    : output.parts.flatMap((part, index) => (isInlineMedia(part) ? [mediaToWire(part, `${path}.parts[${index}]`, losses)] : []));

const outputText = (output: ToolOutput, path: string, losses: Loss[]): string => {
  if (output.form === 'missing') return '';
  if (output.form === 'null') return 'null';
  if (output.form === 'text') return JSON.stringify(output.text);
  const blocks = output.parts.flatMap((part, index) => (isInlineMedia(part) ? [] : [blockOf(part, `${path}.parts[${index}]`, losses)]));
  const [first] = blocks;
  if (!first) return '""';
  return JSON.stringify(blocks.length === 1 && first.type === 'text' ? first.text : blocks);
};

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly url: string }
  | { readonly type: 'file'; readonly url: string; readonly mediaType?: string; readonly name?: string };

/** Google takes images and files inline only in a function response, so a URL stays in the text, where the model can at least read it. */
const blockOf = (part: ContentPart, path: string, losses: Loss[]): Block => {
  if (part.kind === 'text') return { type: 'text', text: part.text };
  const url = part.source.kind === 'url' ? part.source.url : '';
  losses.push(...lossOfDetail(part, path));
  if (part.kind === 'image') return { type: 'image', url };
  return { type: 'file', url, ...present({ mediaType: part.source.mediaType, name: part.name }) };
};

/** What the wire cannot say of an output: which text an inline image or file stood beside. */
const lossOfOrder = (output: ToolOutput, path: string): readonly Loss[] => {
  if (output.form !== 'parts') return [];
  const moved = output.parts.some(
    (part, index) => isInlineMedia(part) && output.parts.slice(index + 1).some((later) => !isInlineMedia(later)),
  );
  return moved ? [{ path: `${path}.parts`, why: 'Gemini takes the images and files of a tool result after all of its text' }] : [];
};

/** Google's documentation names `result`, `output` and `error`; the Google provider of `ai` writes the call's `name` and a `content`. */
const outputKey = (response: WireObject, name: unknown): string | undefined => {
  const [key, ...more] = Object.keys(response);
  if (key !== undefined && more.length === 0 && ['result', 'output', 'error'].includes(key)) return key;
  const isNamed = Object.keys(response).toSorted().join() === 'content,name' && response['name'] === name;
  return isNamed ? 'content' : undefined;
};

/** Reads a client's `functionResponse`. The response object is the client's own: of no known shape, it is the output as it stands. */
export const readToolOutput = (
  wire: WireObject,
  path: string,
  losses: Loss[],
): { readonly output: ToolOutput; readonly isError: boolean } => {
  const response = asObject(wire['response']);
  const key = response && outputKey(response, wire['name']);
  const output = outputOf(key === undefined ? wire['response'] : response?.[key]);
  return { output: withMedia(output, readMedia(wire['parts'], `${path}.parts`, losses)), isError: key === 'error' };
};

const outputOf = (value: unknown): ToolOutput => {
  if (value === undefined) return { form: 'missing' };
  if (value === null) return { form: 'null' };
  if (typeof value === 'string') return { form: 'text', text: value };
  const parts = asArray(value)?.map(partOf);
  if (parts?.every((part) => part !== undefined)) return { form: 'parts', parts };
  return { form: 'text', text: JSON.stringify(value) };
};

const partOf = (value: unknown): TextPart | ImagePart | FilePart | undefined => {
  const block = asObject(value);
  const text = block?.['type'] === 'text' ? asText(block['text']) : undefined;
  if (text !== undefined) return { kind: 'text', text };
  const url = asText(block?.['url']);
  if (url === undefined) return undefined;
  if (block?.['type'] === 'image') return { kind: 'image', source: { kind: 'url', url } };
  const [mediaType, name] = [asText(block?.['mediaType']), asText(block?.['name'])];
  return block?.['type'] === 'file'
    ? { kind: 'file', source: { kind: 'url', url, ...present({ mediaType }) }, ...present({ name }) }
    : undefined;
};

const readMedia = (wire: unknown, path: string, losses: Loss[]): readonly (ImagePart | FilePart)[] =>
  (asArray(wire) ?? []).flatMap((item, index) => {
    const at = `${path}[${index}]`;
    const media = mediaFromWire(camelKeys(asObject(item) ?? {}), at, losses);
    if (!media) losses.push({ path: at, why: 'only images and files have a neutral form in a tool result' });
    return media ? [media] : [];
  });

const withMedia = (output: ToolOutput, media: readonly (ImagePart | FilePart)[]): ToolOutput => {
  if (media.length === 0) return output;
  if (output.form === 'parts') return { form: 'parts', parts: [...output.parts, ...media] };
  return { form: 'parts', parts: output.form === 'text' && output.text !== '' ? [{ kind: 'text', text: output.text }, ...media] : media };
};
