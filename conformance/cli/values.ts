import { InvalidArgumentError } from 'commander';

/** A whole number between two bounds, written in plain digits. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };

/** For an option that may be repeated and whose values may be comma lists. */
export const listOf =
  <Value>(parse: (text: string) => Value) =>
  (text: string, before: readonly Value[] | undefined): readonly Value[] => [
    ...(before ?? []),
    ...text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map(parse),
  ];

/** For an option that may be repeated. */
export const repeated = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];
