import type { ImagePart, TextPart, ToolOutput, ToolResultPart } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { rawJson } from '../splice-json.ts';
import { asArray, asObject, asText, type WireObject } from '../reading.ts';
import { camelKeys, imageFromWire, imageToWire, lossesOfImage } from './wire.ts';

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
export const writeToolOutput = ({ output, isError }: ToolResultPart): WrittenOutput => {
  const images = output.form === 'parts' ? output.parts.filter(isInlineImage) : [];
  return {
    response: { [isError ? 'error' : 'result']: rawJson(outputText(output)) },
    ...(images.length > 0 && { parts: images.map(imageToWire) }),
  };
};

const isInlineImage = (part: TextPart | ImagePart): part is ImagePart => part.kind === 'image' && part.source.kind === 'inline';

const outputText = (output: ToolOutput): string => {
  if (output.form === 'missing') return '';
  if (output.form === 'null') return 'null';
  if (output.form === 'text') return JSON.stringify(output.text);
  const blocks = output.parts.flatMap((part) => (isInlineImage(part) ? [] : [blockOf(part)]));
  const [first] = blocks;
  if (!first) return '""';
  return JSON.stringify(blocks.length === 1 && first.type === 'text' ? first.text : blocks);
};

type Block = { readonly type: 'text'; readonly text: string } | { readonly type: 'image'; readonly url: string };

/** Google takes images inline only in a function response, so a URL stays in the text, where the model can at least read it. */
const blockOf = (part: TextPart | ImagePart): Block => {
  if (part.kind === 'text') return { type: 'text', text: part.text };
  return { type: 'image', url: part.source.kind === 'url' ? part.source.url : '' };
};

/** What the wire cannot say of an output: which text an inline image stood beside, and that one text was a list of one. */
export const lossesOfOutput = (output: ToolOutput, path: string): readonly Loss[] => {
  if (output.form !== 'parts') return [];
  const moved = output.parts.some(
    (part, index) => isInlineImage(part) && output.parts.slice(index + 1).some((later) => !isInlineImage(later)),
  );
  return moved ? [{ path: `${path}.parts`, why: 'Gemini takes the images of a tool result after all of its text' }] : [];
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
  return { output: withImages(output, readImages(wire['parts'], `${path}.parts`, losses)), isError: key === 'error' };
};

const outputOf = (value: unknown): ToolOutput => {
  if (value === undefined) return { form: 'missing' };
  if (value === null) return { form: 'null' };
  if (typeof value === 'string') return { form: 'text', text: value };
  const parts = asArray(value)?.map(partOf);
  if (parts?.every((part) => part !== undefined)) return { form: 'parts', parts };
  return { form: 'text', text: JSON.stringify(value) };
};

const partOf = (value: unknown): TextPart | ImagePart | undefined => {
  const block = asObject(value);
  const text = block?.['type'] === 'text' ? asText(block['text']) : undefined;
  if (text !== undefined) return { kind: 'text', text };
  const url = block?.['type'] === 'image' ? asText(block['url']) : undefined;
  return url === undefined ? undefined : { kind: 'image', source: { kind: 'url', url } };
};

const readImages = (wire: unknown, path: string, losses: Loss[]): readonly ImagePart[] =>
  (asArray(wire) ?? []).flatMap((item, index) => {
    const part = camelKeys(asObject(item) ?? {});
    const image = imageFromWire(part, `${path}[${index}]`);
    if (image) losses.push(...lossesOfImage(part, `${path}[${index}]`));
    else losses.push({ path: `${path}[${index}]`, why: 'only images have a neutral form in a tool result' });
    return image ? [image] : [];
  });

const withImages = (output: ToolOutput, images: readonly ImagePart[]): ToolOutput => {
  if (images.length === 0) return output;
  if (output.form === 'parts') return { form: 'parts', parts: [...output.parts, ...images] };
  return { form: 'parts', parts: output.form === 'text' && output.text !== '' ? [{ kind: 'text', text: output.text }, ...images] : images };
};
