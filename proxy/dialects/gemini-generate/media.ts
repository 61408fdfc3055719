import type { FilePart, ImagePart } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { lossOfDetail, pdf } from '../files.ts';
import { asObject, needText, optionalText, present, type WireObject } from '../reading.ts';
import { lossesOfFields } from '../unread-fields.ts';
import { camelKeys } from './wire.ts';

/** Images and files, both ways: `inlineData` holds base64, `fileData` a URL. */

interface Held {
  readonly data: WireObject;
  readonly isInline: boolean;
  readonly path: string;
  readonly mediaType: string | undefined;
}

const heldIn = (part: WireObject, path: string): Held | undefined => {
  const key = part['inlineData'] === undefined ? 'fileData' : 'inlineData';
  const wire = part[key];
  if (wire === undefined) return undefined;
  const data = camelKeys(asObject(wire) ?? {});
  const mediaType = optionalText(data['mimeType'], `${path}.${key}.mimeType`);
  return { data, isInline: key === 'inlineData', path: `${path}.${key}`, mediaType };
};

/** `undefined` when it is neither image nor document. A missing media type is taken for an image's. */
export const mediaFromWire = (part: WireObject, path: string, losses: Loss[]): ImagePart | FilePart | undefined => {
  const held = heldIn(part, path);
  if (held === undefined) return undefined;
  if (held.mediaType === undefined || held.mediaType.startsWith('image/')) return imageFrom(held, losses);
  return /^(?:application|text)\//u.test(held.mediaType) ? fileFrom(held, held.mediaType) : undefined;
};

const imageFrom = ({ data, isInline, path, mediaType }: Held, losses: Loss[]): ImagePart => {
  losses.push(...lossesOfFields(data, path, { displayName: 'the name of an image is not carried' }));
  if (isInline)
    return { kind: 'image', source: { kind: 'inline', ...present({ mediaType }), data: needText(data['data'], `${path}.data`) } };
  losses.push(...lossesOfFields(data, path, { mimeType: 'the media type of an image by URL is not carried' }));
  return { kind: 'image', source: { kind: 'url', url: needText(data['fileUri'], `${path}.fileUri`) } };
};

/** What Google stores itself has a URL too, which nobody else can read. */
const storedAtGoogle = /^(?:https:\/\/generativelanguage\.googleapis\.com\/|gs:)/u;

const fileFrom = ({ data, isInline, path, mediaType }: Held, known: string): FilePart | undefined => {
  const named = present({ name: optionalText(data['displayName'], `${path}.displayName`) });
  if (isInline)
    return { kind: 'file', source: { kind: 'inline', mediaType: known, data: needText(data['data'], `${path}.data`) }, ...named };
  const url = needText(data['fileUri'], `${path}.fileUri`);
  if (storedAtGoogle.test(url)) return undefined;
  return { kind: 'file', source: { kind: 'url', url, ...(mediaType !== pdf && { mediaType: known }) }, ...named };
};

export const mediaToWire = (part: ImagePart | FilePart, path: string, losses: Loss[]): WireObject => {
  losses.push(...lossOfDetail(part, path));
  return part.kind === 'image' ? imageToWire(part) : fileToWire(part, path, losses);
};

const imageToWire = ({ source }: ImagePart): WireObject =>
  source.kind === 'url'
    ? { fileData: { fileUri: source.url } }
    : { inlineData: { ...present({ mimeType: source.mediaType }), data: source.data } };

/** Google's `displayName` is of Vertex AI only; the Gemini API refuses it. */
const fileToWire = ({ source, name }: FilePart, path: string, losses: Loss[]): WireObject => {
  if (name !== undefined) losses.push({ path: `${path}.name`, why: 'the Gemini API takes no names of files' });
  return source.kind === 'url'
    ? { fileData: { mimeType: source.mediaType ?? pdf, fileUri: source.url } }
    : { inlineData: { mimeType: source.mediaType, data: source.data } };
};
