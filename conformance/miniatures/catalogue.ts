import { readdirSync } from 'node:fs';

import type { Defect } from './defect.ts';

const folder = new URL('defects/', import.meta.url);
const fileOf = /^([a-z0-9-]+)\.defect\.(?:ts|js)$/;

const load = async (file: string): Promise<Defect> => {
  const { default: defect } = (await import(new URL(file, folder).href)) as { readonly default: Defect };
  const id = fileOf.exec(file)?.[1];
  if (defect.id !== id) throw new Error(`defects/${file}: id is "${defect.id}", the file says "${id}"`);
  return defect;
};

/** Every defect of `defects/`, sorted by id. A defect is added by adding `<id>.defect.ts`. */
export const loadDefects = (): Promise<readonly Defect[]> =>
  Promise.all(
    readdirSync(folder)
      .filter((file) => fileOf.test(file))
      .sort()
      .map(load),
  );
