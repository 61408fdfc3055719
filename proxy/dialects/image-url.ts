import type { ImagePart } from '../ir/chat.ts';

const marker = ';base64';

/**
 * Reads a URL as OpenAI's dialects write images: `data:<media type>;base64,<data>` is inline, anything else is passed on as a URL. The
 * detail "auto" is what no detail means.
 */
export const imageFromUrl = (url: string, detail: string | undefined): ImagePart => ({
  kind: 'image',
  source: sourceOf(url),
  ...(detail !== undefined && detail !== 'auto' && { detail }),
});

const sourceOf = (url: string): ImagePart['source'] => {
  const comma = url.indexOf(',');
  const head = comma < 0 ? '' : url.slice(0, comma);
  if (!head.startsWith('data:') || !head.endsWith(marker)) return { kind: 'url', url };
  const mediaType = head.slice('data:'.length, -marker.length);
  return { kind: 'inline', ...(mediaType !== '' && { mediaType }), data: url.slice(comma + 1) };
};

export const urlOfImage = ({ source }: ImagePart): string =>
  source.kind === 'url' ? source.url : `data:${source.mediaType ?? ''}${marker},${source.data}`;
