import type { SurfaceId } from '#fixtures/exchange';

import { touchedFields } from './touched-fields.ts';

/** What the proxy's translators do with one field of an upstream's answer. */
export interface TouchedBy {
  /** That answers of this surface are read by. */
  readonly dialect: string;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Dialects whose clients get something else when the field is another. Clients of the same dialect get the bytes as they came. */
  readonly reaches: readonly string[];
}

/** By which dialect the proxy reads a surface's answers; the test of touched-fields.ts holds it against the proxy's providers. */
export const dialectOf: Readonly<Record<SurfaceId, string>> = {
  'openai-chat': 'openai-chat',
  iflow: 'openai-chat',
  'openai-responses': 'openai-responses',
  codex: 'openai-responses',
  'anthropic-messages': 'anthropic-messages',
  'gemini-generate': 'gemini-generate',
  antigravity: 'gemini-generate',
};

/** Google's internal endpoint wraps Gemini's answers, and the provider takes them out. */
const unwrapped = (surface: SurfaceId, path: string): string =>
  surface === 'antigravity' ? path.replace(/^(body|events\[[^\]]*\])\.response(?=\.|$)/, '$1') : path;

/** All types of object as one: what is read of a kind of error is read of the others. */
const anyVariant = (path: string): string => path.replaceAll(/\[type=[^\]]*\]/g, '');

const wordsAt = (fields: Readonly<Record<string, string>>, path: string): readonly string[] | undefined => {
  const exact = Object.hasOwn(fields, path) ? fields[path] : undefined;
  const alike =
    exact === undefined ? Object.entries(fields).filter(([known]) => anyVariant(known) === anyVariant(path)) : [['', exact] as const];
  return alike.length === 0 ? undefined : alike.flatMap(([, words]) => words.split(' ').filter((word) => word !== ''));
};

const isSurface = (surface: string): surface is SurfaceId => Object.hasOwn(dialectOf, surface);

/** Undefined for what is no field, and for fields that no exchange of the fixtures has: nobody tried them. */
export const touchedBy = (surface: string, path: string): TouchedBy | undefined => {
  const dialect = isSurface(surface) ? dialectOf[surface] : undefined;
  const fields = dialect === undefined ? undefined : touchedFields[dialect];
  const words = isSurface(surface) && fields !== undefined ? wordsAt(fields, unwrapped(surface, path)) : undefined;
  if (dialect === undefined || words === undefined) return undefined;
  const reaches = [...new Set(words.filter((word) => word !== 'read' && word !== 'written'))].sort();
  return { dialect, reads: words.includes('read'), writes: words.includes('written'), reaches };
};
