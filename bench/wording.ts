import { type Spread, spreadOf } from './statistics.ts';

/** Figures as they stand in the tables: as many digits as they are good for. */
export const figure = (value: number): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

const spread = ({ median, min, max }: Spread, unit: string): string => `${figure(median)}${unit} (${figure(min)}–${figure(max)})`;

/** `median (min–max)`. */
export const medianOf = (values: readonly number[], unit = ''): string => spread(spreadOf(values), unit === '' ? '' : ` ${unit}`);

export const mebibytes = (bytes: number): number => bytes / 1024 / 1024;
