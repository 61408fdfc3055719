import pc from 'picocolors';

import type { Verdict } from '../engine/records.ts';

type Paint = (text: string) => string;

export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly verdict: Readonly<Record<Verdict, Paint>>;
}

/** Colours, or none; green is for `pass` alone. */
export const paletteFor = (colours: boolean): Palette => {
  const { bold, dim, red, green, yellow } = pc.createColors(colours);
  return {
    bold,
    dim,
    red,
    green,
    yellow,
    verdict: { pass: green, fail: red, error: red, inconclusive: yellow, unreachable: yellow, unsupported: dim },
  };
};
