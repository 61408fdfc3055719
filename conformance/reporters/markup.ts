import { printable, printableLines } from './printable.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

const escaped = (text: string): string => text.replace(/[&<>"'`]/g, (character) => entities[character] ?? '');

/** One line for HTML or SVG, as text and inside quoted attributes: no character of it is markup, controls are shown as text. */
export const escapeMarkup = (text: string): string => escaped(printable(text));

/** Like `escapeMarkup`, but keeps line feeds and tabs. */
export const escapeMarkupLines = (text: string): string => escaped(printableLines(text));
