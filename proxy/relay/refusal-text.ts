/** As much of a page as is looked at for what it says, in characters. */
const longestHead = 4_096;
/** Longest text of an upstream, in characters, that becomes part of a message. */
const longestText = 2_000;
const longestTitle = 200;

const startsLikePage = (text: string): boolean => /^\s{0,100}(?:<!--|<\?xml|<!doctype|<(?:html|head|body|title|center|h1)\b)/i.test(text);

const isPage = (text: string, contentType: string | undefined): boolean =>
  startsLikePage(text) || (/^\s*(?:text\/html|application\/xhtml)/i.test(contentType ?? '') && text.trimStart().startsWith('<'));

/** One line without control characters. Entities stay as they are, so that nothing becomes markup that was none. */
const oneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();

const shortened = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

const withoutMarkup = (head: string): string =>
  head
    .replaceAll(/<(script|style)\b[^]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replaceAll(/<!--[^]*?(?:-->|$)/g, ' ')
    .replaceAll(/<[^>]*(?:>|$)/g, ' ');

const titleOf = (page: string): string => {
  const head = page.slice(0, longestHead);
  const title = oneLine(/<title\b[^>]{0,200}>([^<]*)/i.exec(head)?.[1] ?? '');
  return shortened(title === '' ? oneLine(withoutMarkup(head)) : title, longestTitle);
};

/**
 * What a refusal says whose body is no JSON, as a message for people: of a web page, as gateways in front of an upstream send it, its
 * title; of other text its beginning; of nothing `status NNN` (sheet 1.4). A 413 keeps its page: `explain-size-refusals` reads on in it.
 * @example refusalText(502, '<html><title>502 Bad Gateway</title>…', 'text/html')
 * // 'The upstream answered status 502 with a web page: 502 Bad Gateway'
 */
export const refusalText = (status: number, bodyText: string, contentType: string | undefined): string => {
  const text = bodyText.trim();
  if (text === '') return `status ${status}`;
  if (status === 413 || !isPage(text, contentType)) return shortened(text, longestText);
  const title = titleOf(text);
  return `The upstream answered status ${status} with a web page${title === '' ? ' that says nothing.' : `: ${title}`}`;
};
