import type { LeftOut, Measure } from './measure.ts';
import type { BenchOptions } from './options.ts';

type Known = Pick<Measure, 'name' | 'title' | 'notQuick'>;

const whyNot = (
  { name, notQuick }: Known,
  { only, except, quick }: Pick<BenchOptions, 'only' | 'except' | 'quick'>,
): string | undefined => {
  if (except.includes(name)) return 'left out with --except';
  if (only.length > 0) return only.includes(name) ? undefined : 'left out with --only';
  return quick && notQuick !== undefined ? `no part of a quick run, because ${notQuick}` : undefined;
};

/** Which measures a run is made of, and why the others are no part of it. */
export const chooseMeasures = <M extends Known>(
  measures: readonly M[],
  options: Pick<BenchOptions, 'only' | 'except' | 'quick'>,
): { readonly chosen: readonly M[]; readonly leftOut: readonly LeftOut[] } => ({
  chosen: measures.filter((measure) => whyNot(measure, options) === undefined),
  leftOut: measures.flatMap((measure) => {
    const why = whyNot(measure, options);
    return why === undefined ? [] : [{ name: measure.name, title: measure.title, why }];
  }),
});
