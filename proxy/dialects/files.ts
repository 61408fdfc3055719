import type { ContentPart, FilePart, ImagePart, TextPart } from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';

export const pdf = 'application/pdf';

/** By the ending of a file's name, for data without a media type; OpenAI's documentation speaks of PDF where it names none. */
const mediaTypeOf = (name: string | undefined): string => (name !== undefined && /\.(?:txt|md)$/iu.test(name) ? 'text/plain' : pdf);

const dataUrl = /^data:(?<type>[^;,]*)(?:;[^;,]*)*;base64,/u;

/** Reads `file_data` as OpenAI's dialects write it: a data URL; bare base64 is taken for a PDF unless its name says otherwise. */
export const fileFromData = (fileData: string, name: string | undefined): FilePart => {
  const head = dataUrl.exec(fileData);
  const mediaType = head?.groups?.['type'] || mediaTypeOf(name);
  return {
    kind: 'file',
    source: { kind: 'inline', mediaType, data: fileData.slice(head?.[0].length ?? 0) },
    ...(name !== undefined && { name }),
  };
};

export const dataUrlOf = ({ mediaType, data }: { readonly mediaType: string; readonly data: string }): string =>
  `data:${mediaType};base64,${data}`;

/** OpenAI takes inline data only with a file name. */
export const fileNameOf = ({ name, source }: FilePart): string =>
  name ?? (source.kind === 'inline' && source.mediaType.startsWith('text/') ? 'file.txt' : 'file.pdf');

/** Images and files: what some dialects cannot put into a tool's output. */
export const isMedia = (part: ContentPart): part is ImagePart | FilePart => part.kind !== 'text';

export const isText = (part: ContentPart): part is TextPart => part.kind === 'text';

/** For dialects that look at every image in the same way. */
export const lossOfDetail = (part: ContentPart, path: string): readonly Loss[] =>
  part.kind === 'image' && part.detail !== undefined ? [{ path: `${path}.detail`, why: 'images have no detail here' }] : [];
