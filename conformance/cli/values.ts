import { InvalidArgumentError } from 'commander';

import { isSection, lastRow, sectionIds, type PageRow } from '#scenarios/kit/page-row';

/** A whole number between two bounds, written in plain digits. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };

/** A row of the page by its number, or a section after the matrix by its name. */
export const pageRow = (text: string): PageRow => {
  const value = Number(text);
  if (isSection(text)) return text;
  if (/^\d+$/.test(text) && value >= 1 && value <= lastRow) return value;
  throw new InvalidArgumentError(`Expected a row from 1 to ${lastRow}, or one of ${sectionIds.join(', ')}.`);
};

/** Text that says something. An empty value is mostly an unset variable of a script; taking it for "all" would be a surprise. */
export const someText = (text: string): string => {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Expected a value that is not empty.');
};

/** For an option that may be repeated and whose values may be comma lists. */
export const listOf =
  <Value>(parse: (text: string) => Value) =>
  (text: string, before: readonly Value[] | undefined): readonly Value[] => {
    const parts = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    if (parts.length === 0) someText('');
    return [...(before ?? []), ...parts.map(parse)];
  };

/** For an option that may be repeated. */
export const repeatedText = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), someText(text)];

const mostShards = 1_000;

/** `2/5`: the second of five parts. */
export const shardOf = (text: string): { readonly index: number; readonly count: number } => {
  const [, index = 0, count = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count && count <= mostShards) return { index, count };
  throw new InvalidArgumentError(`Expected i/n, for example 2/5, with i from 1 to n and n at most ${mostShards}.`);
};
