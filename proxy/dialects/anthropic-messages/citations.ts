import type { AnswerTextPart, UrlCitation } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { charactersIn } from '../characters.ts';
import { asArray, asObject, asText, noNeutralForm, present, type WireObject } from '../reading.ts';

/** Citations of text blocks. Those of web searches name a page; the others name a place in a document of the request. */

/** `undefined` for a citation of another kind. A block rests on its citations as a whole. */
export const readCitation = (citation: WireObject): UrlCitation | undefined => {
  const url = asText(citation['url']);
  if (citation['type'] !== 'web_search_result_location' || url === undefined) return undefined;
  return { url, ...present({ title: asText(citation['title']) || undefined, quote: asText(citation['cited_text']) || undefined }) };
};

/** The page citations of a block, and a loss for whatever else its citations say. */
export const readCitations = (block: WireObject, path: string, losses: Loss[]): readonly UrlCitation[] =>
  (asArray(block['citations']) ?? []).flatMap((one, index) => {
    const wire = asObject(one) ?? {};
    const citation = readCitation(wire);
    const at = `${path}.citations[${index}]`;
    if (citation === undefined) losses.push({ path: at, why: noNeutralForm('a citation', wire) });
    else if (asText(wire['encrypted_index'])) losses.push({ path: `${at}.encrypted_index`, why: 'only Anthropic can read it' });
    return citation ?? [];
  });

/** `encrypted_index` has to be there, and only Anthropic could fill it. */
export const writeCitation = ({ url, title = null, quote = '' }: Omit<UrlCitation, 'title'> & { readonly title?: string | null }) => ({
  type: 'web_search_result_location',
  url,
  title,
  cited_text: quote,
  encrypted_index: '',
});

/** A citation of a piece of a text becomes one of all of it. */
export const lossesOfCitations = ({ text, citations = [] }: AnswerTextPart, path: string): readonly Loss[] =>
  citations.flatMap(({ range }, index) =>
    range === undefined || (range.start === 0 && range.end >= charactersIn(text))
      ? []
      : [{ path: `${path}.citations[${index}].range`, why: 'Anthropic cites for a whole block of text' }],
  );
