import { readdirSync } from 'node:fs';

import { importPart } from '#fixtures/import-part';
import type { PageRow } from '#scenarios/kit/page-row';

import type { Seen } from './seen.ts';

/**
 * How sure a sign is. `certain` and `likely` name the row; `possible` is worth a look and decides nothing, because a healthy deployment can
 * look like that too.
 */
export const weights = ['certain', 'likely', 'possible'] as const;
export type Weight = (typeof weights)[number];

/** A row of the page, as an answer shows it. */
export interface Named {
  /** `null`: the checklist of the page asks for it (step 4, stress of a provider), and none of its rows is about it. */
  readonly row: PageRow | null;
  readonly weight: Weight;
  /** What is wrong, in a sentence. */
  readonly title: string;
  /** What was seen. Bytes of the target may stand in it: it is escaped where it is shown. */
  readonly evidence: string;
  /** Ids of the questions whose answers show it. */
  readonly questions: readonly string[];
  readonly cause: string;
  readonly remediation: string;
}

/** A file `signs/<name>.sign.ts` exports this by default. It reads answers and asks nothing itself. */
export interface Sign {
  /** Equals the file name. */
  readonly name: string;
  readonly read: (seen: Seen) => readonly Named[];
}

const folder = new URL('signs/', import.meta.url);
const signFile = /^([a-z0-9-]+)\.sign\.(?:ts|js)$/;

/** Every sign of `signs/`, sorted by name. A sign is added by adding a file. @throws Error for a file that does not say its own name */
export const loadSigns = async (): Promise<readonly Sign[]> => {
  const files = readdirSync(folder)
    .filter((file) => signFile.test(file))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const { default: sign } = (await importPart(new URL(file, folder))) as { readonly default: Sign };
      if (sign.name !== signFile.exec(file)?.[1]) throw new Error(`${file} calls itself "${sign.name}"; the file name is the name`);
      return sign;
    }),
  );
};

const rank = ({ weight }: Named): number => weights.indexOf(weight);

/** What all signs name: the surest first, and among those what was asked first, on which the rest may depend. */
export const readSigns = (signs: readonly Sign[], seen: Seen): readonly Named[] => {
  const place = ({ questions: [first = ''] }: Named): number => seen.order.indexOf(first);
  return signs.flatMap((sign) => sign.read(seen)).sort((a, b) => rank(a) - rank(b) || place(a) - place(b));
};
