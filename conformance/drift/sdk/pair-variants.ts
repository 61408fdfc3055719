import type { PathStep, TypeObject } from './type-surface.ts';

/** One of several objects that a value can be. */
export interface Variant {
  /** Of the object in its surface. */
  readonly name: string;
  readonly object: TypeObject;
}

export interface VariantPair {
  /** What tells it from the others; absent where there is only one on each side. */
  readonly step?: PathStep;
  readonly before?: Variant;
  readonly after?: Variant;
}

/** Fields that usually say which of several objects it is, the likeliest first. */
const usual = ['type', 'object', 'role', 'event', 'kind'];

const literalsOf = ({ object }: Variant, field: string): string | undefined => {
  const all = Object.hasOwn(object.fields, field) ? object.fields[field]?.forms : undefined;
  const forms = (all ?? []).filter(({ kind }) => kind !== 'null');
  if (forms.length === 0) return undefined;
  const values = forms.flatMap((form) => (form.kind === 'literal' ? [String(form.value)] : []));
  return values.length === forms.length ? values.sort().join('|') : undefined;
};

/** The field whose fixed value tells most of these apart. */
const discriminantOf = (variants: readonly Variant[]): string | undefined => {
  const names = new Set([...usual, ...variants.flatMap(({ object }) => Object.keys(object.fields)).sort()]);
  let best: { readonly field: string; readonly told: number } | undefined;
  for (const field of names) {
    const told = new Set(variants.flatMap((variant) => literalsOf(variant, field) ?? [])).size;
    if (told > (best?.told ?? 1)) best = { field, told };
  }
  return best?.field;
};

interface Labelled {
  readonly step: PathStep;
  readonly variant: Variant;
}

/** Two of the same value are told apart by their names too. */
const labelled = (variants: readonly Variant[], by: string | undefined): ReadonlyMap<string, Labelled> => {
  const labels = new Map<string, Labelled>();
  for (const variant of variants) {
    const value = by === undefined ? undefined : literalsOf(variant, by);
    const step: PathStep =
      by === undefined || value === undefined ? { into: 'variant', is: variant.name } : { into: 'variant', by, is: value };
    const label = JSON.stringify(step);
    labels.set(labels.has(label) ? `${label} ${variant.name}` : label, { step, variant });
  }
  return labels;
};

/**
 * Which object of before is which of after. Names of types are the SDK's own affair, so a fixed value decides (`type`, `role`, …), then
 * the name, and what is left over on both sides is the same when it has the same fields, or is the only one.
 */
export const pairVariants = (before: readonly Variant[], after: readonly Variant[]): readonly VariantPair[] => {
  const [onlyBefore, onlyAfter] = [before[0], after[0]];
  if (before.length === 1 && after.length === 1 && onlyBefore !== undefined && onlyAfter !== undefined) {
    return [{ before: onlyBefore, after: onlyAfter }];
  }
  const by = discriminantOf(before.length > after.length ? before : after);
  const [was, is] = [labelled(before, by), labelled(after, by)];
  const pairs = [...was].flatMap(([label, { step, variant }]) => {
    const found = is.get(label);
    return found === undefined ? [] : [{ step, before: variant, after: found.variant }];
  });
  const gone = [...was].filter(([label]) => !is.has(label)).map(([, each]) => each);
  const come = [...is].filter(([label]) => !was.has(label)).map(([, each]) => each);
  return [...pairs, ...pairLeft(gone, come)];
};

const fieldsOf = ({ variant }: Labelled): string => Object.keys(variant.object.fields).join();

const pairLeft = (gone: readonly Labelled[], come: readonly Labelled[]): readonly VariantPair[] => {
  const free = new Set(come);
  const pairs = gone.map((each): VariantPair => {
    const isNamed = ({ step }: Labelled): boolean => step.into === 'variant' && step.by === undefined;
    const same = [...free].find((other) => isNamed(each) && isNamed(other) && fieldsOf(other) === fieldsOf(each));
    if (same === undefined) return { step: each.step, before: each.variant };
    free.delete(same);
    return { step: same.step, before: each.variant, after: same.variant };
  });
  return [...pairs, ...[...free].map(({ step, variant }) => ({ step, after: variant }))];
};
