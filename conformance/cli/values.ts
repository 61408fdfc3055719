import { InvalidArgumentError } from 'commander';

/** A whole number between two bounds, written in plain digits. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
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
