import { readdir } from 'node:fs/promises';

import type { Measure } from './measure.ts';

const folder = new URL('./measures/', import.meta.url);
const fileName = /^([a-z0-9-]+)\.measure\.ts$/;

/** All measures, found by the names of their files. Throws when a file exports none of its name. */
export const findMeasures = async (): Promise<readonly Measure[]> => {
  const names = (await readdir(folder)).flatMap((file) => fileName.exec(file)?.[1] ?? []);
  const measures = await Promise.all(
    names.map(async (name) => {
      const { measure } = (await import(new URL(`${name}.measure.ts`, folder).href)) as { readonly measure?: Measure };
      if (measure?.name !== name) throw new Error(`bench/measures/${name}.measure.ts exports no measure named ${name}`);
      return measure;
    }),
  );
  return measures.sort((a, b) => a.order - b.order);
};
