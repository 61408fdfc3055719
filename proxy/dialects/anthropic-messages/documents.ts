import type { FilePart } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { pdf } from '../files.ts';
import { asObject, needText, optionalText, present, type WireObject } from '../reading.ts';

/** Document blocks, both ways. Anthropic takes a PDF as base64 or by URL, and plain text as it is. */

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** `undefined` for a document that Anthropic stores, and for one that is made of blocks. */
export const fileFromWire = (block: WireObject, path: string): FilePart | undefined => {
  const source = sourceFromWire(asObject(block['source']) ?? {}, `${path}.source`);
  return source && { kind: 'file', source, ...present({ name: optionalText(block['title'], `${path}.title`) }) };
};

const sourceFromWire = (source: WireObject, path: string): FilePart['source'] | undefined => {
  const { type } = source;
  if (type === 'url') return { kind: 'url', url: needText(source['url'], `${path}.url`) };
  if (type !== 'base64' && type !== 'text') return undefined;
  const data = needText(source['data'], `${path}.data`);
  if (type === 'text') return { kind: 'inline', mediaType: 'text/plain', data: encode(data) };
  return { kind: 'inline', mediaType: optionalText(source['media_type'], `${path}.media_type`) ?? pdf, data };
};

/** `undefined` for what Anthropic does not take. */
export const fileToWire = ({ source, name }: FilePart, path: string, losses: Loss[]): WireObject | undefined => {
  const written = source.kind === 'url' ? urlToWire(source, path, losses) : inlineToWire(source, path, losses);
  return written && { type: 'document', source: written, ...present({ title: name }) };
};

type Source<Kind> = Extract<FilePart['source'], { readonly kind: Kind }>;

const urlToWire = ({ url, mediaType }: Source<'url'>, path: string, losses: Loss[]): WireObject | undefined => {
  if (mediaType === undefined) return { type: 'url', url };
  losses.push({ path, why: 'Anthropic takes only PDF files by URL' });
  return undefined;
};

const inlineToWire = ({ mediaType, data }: Source<'inline'>, path: string, losses: Loss[]): WireObject | undefined => {
  if (mediaType === pdf) return { type: 'base64', media_type: pdf, data };
  const text = mediaType.startsWith('text/') ? Buffer.from(data, 'base64').toString('utf8') : undefined;
  if (text === undefined || encode(text) !== data) {
    losses.push({ path, why: 'Anthropic takes files of PDF and of UTF-8 text only' });
    return undefined;
  }
  if (mediaType !== 'text/plain') losses.push({ path: `${path}.source.mediaType`, why: 'Anthropic takes every text as text/plain' });
  return { type: 'text', media_type: 'text/plain', data: text };
};
