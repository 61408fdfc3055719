import { escapeMarkupLines } from '../markup.ts';

/** Markup that was made here. Whatever is not of this class is text, and is escaped. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Part = string | number | Markup | readonly Markup[];

const sourceOf = (part: Part): string => {
  if (part instanceof Markup) return part.source;
  if (typeof part === 'string' || typeof part === 'number') return escapeMarkupLines(String(part));
  return part.map(({ source }) => source).join('');
};

/** Only the template's own line ends; what is put in keeps its own. */
const unindented = (text: string): string => text.replaceAll(/\n\s+/g, '\n');

/**
 * Markup from a template. Strings and numbers in it are escaped, whether they stand as text or in a quoted attribute, so that forgetting it
 * is not possible.
 */
export const html = (fixed: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(fixed.map((text, index) => unindented(text) + (index < parts.length ? sourceOf(parts[index] as Part) : '')).join(''));

export const nothing = new Markup('');

/** Markup when there is something to show. */
export const when = (shown: boolean, markup: () => Markup): Markup => (shown ? markup() : nothing);
