import type { AssistantPart, UrlCitation } from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';
import { asArray, asCount, asObject, asText, noNeutralForm, present, type WireObject } from './reading.ts';

/** `url_citation`, which Chat Completions wraps in a member of that name and the Responses API does not. */

/** The citations in a list of annotations; a loss for each annotation that is none (citations of files). */
export const readCitations = (annotations: unknown, path: string, losses: Loss[]): readonly UrlCitation[] =>
  (asArray(annotations) ?? []).flatMap((annotation, index) => {
    const citation = readCitation(asObject(annotation) ?? {});
    if (citation === undefined) losses.push({ path: `${path}[${index}]`, why: noNeutralForm('an annotation', asObject(annotation) ?? {}) });
    return citation ?? [];
  });

/** `undefined` for an annotation of another type, or without a URL. */
export const readCitation = (annotation: WireObject): UrlCitation | undefined => {
  const fields = asObject(annotation['url_citation']) ?? annotation;
  const url = asText(fields['url']);
  if (annotation['type'] !== 'url_citation' || url === undefined) return undefined;
  const [start, end] = [asCount(fields['start_index']), asCount(fields['end_index'])];
  const range = start === undefined || end === undefined ? undefined : { start, end };
  return { url, ...present({ title: asText(fields['title']) || undefined, range }) };
};

export interface WireCitation {
  readonly url: string;
  readonly title: string;
  readonly start_index: number;
  readonly end_index: number;
}

/** The fields of a citation in a text of `length` characters that begins at character `offset` of what the indexes count in. */
export const writeCitation = ({ url, title = '', range }: UrlCitation, length: number, offset = 0): WireCitation => ({
  url,
  title,
  start_index: offset + (range?.start ?? 0),
  end_index: offset + (range?.end ?? length),
});

/** What the citations of an answer lose in OpenAI's dialects. */
export const lossesOfCitations = (parts: readonly AssistantPart[]): readonly Loss[] =>
  parts.flatMap((part, at) =>
    part.kind !== 'text'
      ? []
      : (part.citations ?? []).flatMap(({ quote }, index) =>
          quote === undefined ? [] : [{ path: `parts[${at}].citations[${index}].quote`, why: 'OpenAI does not repeat what a source says' }],
        ),
  );
