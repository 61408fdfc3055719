import { deviates, holds, inShort, type CallerSight, type Reading } from '#scenarios/kit/index';

import { listedIds } from '../models/names.ts';

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entries of a list in Codex' own shape, `{"models":[{"slug": …}]}`; `undefined` when it is none. */
const entriesOf = ({ status, json }: CallerSight): readonly Tree[] | undefined => {
  const models = isTree(json) ? json['models'] : undefined;
  return status === 200 && Array.isArray(models) ? models.filter(isTree) : undefined;
};

export const slugsOf = (sight: CallerSight): readonly string[] | undefined => entriesOf(sight)?.map(({ slug }) => String(slug));

/** What Codex cannot do without in an entry, and what it must be (sheet S6). */
const needed: Readonly<Record<string, (value: unknown) => boolean>> = {
  slug: (value) => typeof value === 'string' && value !== '',
  display_name: (value) => typeof value === 'string',
  visibility: (value) => typeof value === 'string',
  priority: (value) => typeof value === 'number',
  context_window: (value) => typeof value === 'number',
  supported_reasoning_levels: (value) => Array.isArray(value),
  prefer_websockets: (value) => typeof value === 'boolean',
};

/** Holds for a list that is not empty, each entry of which has what Codex reads. */
export const isCatalogue = (sight: CallerSight): Reading => {
  const entries = entriesOf(sight) ?? [];
  if (entries.length === 0) return deviates({ expected: 'a list of models in Codex’ shape', actual: inShort(sight) });
  const missing = entries.flatMap((entry) =>
    Object.entries(needed).flatMap(([field, isGood]) => (isGood(entry[field]) ? [] : [`${String(entry['slug'])}: ${field}`])),
  );
  return missing.length === 0 ? holds() : deviates({ expected: 'entries with what Codex reads', actual: missing.slice(0, 10) });
};

export const catalogueHas = (sight: CallerSight, slug: string): Reading => {
  const slugs = slugsOf(sight);
  if (slugs === undefined) return deviates({ expected: 'a list of models in Codex’ shape', actual: inShort(sight) });
  return slugs.includes(slug) ? holds() : deviates({ expected: `a list with ${slug}`, actual: slugs });
};

const without = (ids: readonly string[], others: readonly string[]): readonly string[] => ids.filter((id) => !others.includes(id));

/** Holds when two lists name the same models, in whatever order. */
export const namesTheSame = (ids: readonly string[] | undefined, plain: CallerSight): Reading => {
  const others = listedIds(plain);
  if (ids === undefined || others === undefined || others.length === 0)
    return deviates({ expected: 'two lists of models', actual: { list: ids ?? 'none', plain: inShort(plain) } });
  const [more, fewer] = [without(ids, others), without(others, ids)];
  return more.length + fewer.length === 0
    ? holds()
    : deviates({ expected: 'the same names in both lists', actual: { 'only here': more, 'only in the plain list': fewer } });
};
