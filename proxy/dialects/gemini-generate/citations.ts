import type { UrlCitation } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { asArray, asCount, asObject, asText, present, type WireObject } from '../reading.ts';
import { lossesOfFields } from '../unread-fields.ts';
import { byteOffsets, characterAt } from './byte-offsets.ts';

/**
 * Gemini cites beside the text, in places counted in bytes: `groundingMetadata` says which search result a piece of the answer rests on,
 * `citationMetadata` from where a piece was taken over.
 */

/** A text of the answer that is no thought, in its order. */
export interface CitedText {
  readonly text: string;
  /** Its place among the parts of the candidate; a stream has none. */
  readonly partIndex?: number;
}

export interface PlacedCitation {
  /** Which of the texts it is about. */
  readonly at: number;
  readonly citation: UrlCitation;
}

/** The citations of a candidate, by text. Without any text there are none. */
export const readCitations = (candidate: WireObject, texts: readonly CitedText[], losses: Loss[]): readonly PlacedCitation[] => {
  const found = [
    ...readGrounding(asObject(candidate['groundingMetadata']) ?? {}, losses),
    ...readSources(asObject(candidate['citationMetadata']) ?? {}, losses),
  ];
  if (texts.length > 0 && found.length > 0) {
    const places = texts.map(({ text, partIndex }) => ({ partIndex, offsets: byteOffsets(text) }));
    return found.map(({ page, segment }) => placed(page, segment, places));
  }
  if (found.length > 0) losses.push({ path: 'candidates[0]', why: 'there is no text to which the citations belong' });
  return [];
};

type Page = Pick<UrlCitation, 'url' | 'title'>;

interface Found {
  readonly page: Page;
  /** With `startIndex`, `endIndex` and `partIndex`; without it all of the text is meant. */
  readonly segment: WireObject | undefined;
}

const pageIn = (wire: WireObject): Page | undefined => {
  const url = asText(wire['uri']);
  return url === undefined ? undefined : { url, ...present({ title: asText(wire['title']) || undefined }) };
};

const readGrounding = (grounding: WireObject, losses: Loss[]): readonly Found[] => {
  const path = 'candidates[0].groundingMetadata';
  const chunks = (asArray(grounding['groundingChunks']) ?? []).map((chunk) => pageIn(asObject(asObject(chunk)?.['web']) ?? {}));
  const supports = (asArray(grounding['groundingSupports']) ?? []).map((support) => asObject(support) ?? {});
  const indexes = supports.map((support) => (asArray(support['groundingChunkIndices']) ?? []).map(Number));
  const used = new Set(indexes.flat());
  const whole = supports.length === 0;
  losses.push(...lossesOfSearch(grounding, path), ...lossesOfSupports(supports, path));
  chunks.forEach((page, at) => {
    if (page === undefined) losses.push({ path: `${path}.groundingChunks[${at}]`, why: 'only pages of the web are carried as citations' });
    else if (!whole && !used.has(at)) losses.push({ path: `${path}.groundingChunks[${at}]`, why: 'no piece of the answer rests on it' });
  });
  if (whole) return chunks.flatMap((page) => (page ? [{ page, segment: undefined }] : []));
  return supports.flatMap(({ segment }, at) =>
    (indexes[at] ?? []).flatMap((chunk) => {
      const page = chunks[chunk];
      return page ? [{ page, segment: asObject(segment) }] : [];
    }),
  );
};

const whySearchIsLost = 'searches have no neutral form';

const lossesOfSearch = (grounding: WireObject, path: string): readonly Loss[] =>
  lossesOfFields(grounding, path, {
    webSearchQueries: whySearchIsLost,
    imageSearchQueries: whySearchIsLost,
    retrievalQueries: whySearchIsLost,
    searchEntryPoint: whySearchIsLost,
  });

const lossesOfSupports = (supports: readonly WireObject[], path: string): readonly Loss[] =>
  supports.flatMap((support, at) =>
    lossesOfFields(support, `${path}.groundingSupports[${at}]`, { confidenceScores: 'only Gemini tells how sure a citation is' }),
  );

/** `citationSources` in the public API, `citations` in Vertex. */
const readSources = (metadata: WireObject, losses: Loss[]): readonly Found[] =>
  ['citationSources', 'citations'].flatMap((key) =>
    (asArray(metadata[key]) ?? []).flatMap((one, index) => {
      const source = asObject(one) ?? {};
      const path = `candidates[0].citationMetadata.${key}[${index}]`;
      const page = pageIn(source);
      if (page === undefined) losses.push({ path, why: 'a citation without a URL has no neutral form' });
      else losses.push(...lossesOfFields(source, path, { license: whyOnlyGemini, publicationDate: whyOnlyGemini }));
      return page ? [{ page, segment: source['endIndex'] === undefined ? undefined : source }] : [];
    }),
  );

const whyOnlyGemini = 'only Gemini tells this of a source';

interface Place {
  readonly partIndex: number | undefined;
  readonly offsets: Uint32Array;
}

const placed = (page: Page, segment: WireObject | undefined, places: readonly Place[]): PlacedCitation => {
  if (segment === undefined) return { at: 0, citation: page };
  const [from, to] = [asCount(segment['startIndex']) ?? 0, asCount(segment['endIndex']) ?? Number.MAX_SAFE_INTEGER];
  const { at, before } = placeOf(from, asCount(segment['partIndex']), places);
  const characterOf = (byte: number): number => characterAt(places[at]?.offsets ?? byteOffsets(''), Math.max(0, byte - before));
  return { at, citation: { ...page, range: { start: characterOf(from), end: characterOf(to) } } };
};

const bytesIn = (place: Place | undefined): number => place?.offsets.at(-1) ?? 0;

/** Google leaves out a part's index where it is 0, and then counts through all of the text. */
const placeOf = (
  from: number,
  partIndex: number | undefined,
  places: readonly Place[],
): { readonly at: number; readonly before: number } => {
  const named = partIndex === undefined ? -1 : places.findIndex((place) => place.partIndex === partIndex);
  if (named >= 0) return { at: named, before: 0 };
  let before = 0;
  for (const [at, place] of places.entries()) {
    if (from < before + bytesIn(place) || at === places.length - 1) return { at, before };
    before += bytesIn(place);
  }
  return { at: 0, before: 0 };
};

/** A neutral text with its citations, on its way to a client of Gemini. */
export interface CitingText {
  readonly text: string;
  readonly citations: readonly UrlCitation[];
}

/** Google repeats the piece of the answer; of a long one that many characters would only be weight. */
const longestPiece = 2_000;

/** Member `groundingMetadata` of a candidate, with places counted through all of its text; nothing when nothing is cited. */
export const writeCitations = (texts: readonly CitingText[]): WireObject => {
  let before = 0;
  const found = texts.flatMap(({ text, citations }) => {
    const from = before;
    before += Buffer.byteLength(text);
    if (citations.length === 0) return [];
    const characters = Array.from(text);
    const offsets = byteOffsets(text);
    return citations.map(({ url, title, range }) => {
      const start = Math.min(range?.start ?? 0, characters.length);
      const end = Math.min(range?.end ?? characters.length, characters.length);
      const place = { startIndex: from + (offsets[start] ?? 0), endIndex: from + (offsets[end] ?? 0) };
      const piece = end - start > longestPiece ? {} : { text: characters.slice(start, end).join('') };
      return { chunk: { web: { uri: url, ...present({ title }) } }, segment: { ...place, ...piece } };
    });
  });
  if (found.length === 0) return {};
  const groundingSupports = found.map(({ segment }, index) => ({ segment, groundingChunkIndices: [index] }));
  return { groundingMetadata: { groundingChunks: found.map(({ chunk }) => chunk), groundingSupports } };
};
