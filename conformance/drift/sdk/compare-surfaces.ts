import { pairVariants, type Variant } from './pair-variants.ts';
import { formsText, pathText, type PathStep, type TypeField, type TypeForm, type TypeSurface } from './type-surface.ts';

export const changeKinds = [
  'added',
  'removed',
  'retyped',
  'value-added',
  'value-removed',
  'now-optional',
  'now-required',
  'now-nullable',
  'never-null',
  'deprecated',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** A root, and the way from it. */
export interface SurfacePlace {
  readonly root: string;
  readonly steps: readonly PathStep[];
}

/** One thing that differs, at the place from a root where it is met first. */
export interface SurfaceChange extends SurfacePlace {
  readonly kind: ChangeKind;
  /** Where else the same type stands, at most 63 places; a way never goes through one object twice. */
  readonly elsewhere: readonly SurfacePlace[];
  /** What it was, as a type; absent when it was not there. */
  readonly before?: string;
  readonly after?: string;
  /** Of `value-added` and `value-removed`: the value. */
  readonly value?: string | number | boolean;
  /** Of `added`: a caller may leave it out. */
  readonly optional?: boolean;
  /** The forms that are there now, for those who hold them against a schema. */
  readonly now: readonly TypeForm[];
}

interface Place extends SurfacePlace {
  /** The pair of objects in which it is; none directly at the root. */
  readonly owner?: string;
  /** The way from the owner, or from the root. */
  readonly own: readonly PathStep[];
}

const into = (place: Place, step: PathStep | undefined): Place =>
  step === undefined ? place : { ...place, steps: [...place.steps, step], own: [...place.own, step] };

const mostPlaces = 64;
/** Of ways that are looked at for one change. */
const mostWays = 4_000;

type Literal = Extract<TypeForm, { kind: 'literal' }>;
const literals = (forms: readonly TypeForm[]): readonly Literal[] => forms.filter((form) => form.kind === 'literal');

/** What of one list has no equal in the other. */
const missingIn = <Value>(values: readonly Value[], others: readonly Value[]): readonly Value[] => {
  const known = new Set(others.map((each) => JSON.stringify(each)));
  return values.filter((each) => !known.has(JSON.stringify(each)));
};

const itemsOf = (forms: readonly TypeForm[], kind: 'array' | 'map'): readonly TypeForm[] | undefined => {
  const found = forms.flatMap((form) => (form.kind === kind ? [form.of] : []));
  return found.length === 0 ? undefined : found.flat();
};

/** The kinds of value that there are, where fixed values of one kind are one. Null is a matter of its own. */
const kindsOf = (forms: readonly TypeForm[]): readonly string[] =>
  [
    ...new Set(
      forms.map((form) => {
        if (form.kind === 'literal') return typeof form.value;
        if (form.kind === 'opaque') return form.name;
        return form.kind;
      }),
    ),
  ].filter((kind) => kind !== 'null');

/** Walks two surfaces side by side, breadth first, so that each difference is told once, where the way to it is shortest. */
class Walk {
  readonly #found: (Omit<SurfaceChange, 'elsewhere'> & { readonly place: Place })[] = [];
  /** From where each pair of objects is reached. */
  readonly #arrivals = new Map<string, Place[]>();
  readonly #before: TypeSurface;
  readonly #after: TypeSurface;
  #waiting: (() => void)[] = [];

  constructor(before: TypeSurface, after: TypeSurface) {
    this.#before = before;
    this.#after = after;
  }

  root(root: string): void {
    const [before, after] = [this.#before.roots[root], this.#after.roots[root]];
    const place = { root, steps: [], own: [] };
    if (before === undefined || after === undefined) this.#whole(place, before, after, false);
    else this.#forms(place, before, after);
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
  }

  /** Of everything so far. */
  changes(): readonly SurfaceChange[] {
    return this.#found.map(({ place, ...change }) => {
      const first = pathText(place.root, place.steps);
      const elsewhere = this.#placesOf(place).filter(({ root, steps }) => pathText(root, steps) !== first);
      return { ...change, elsewhere: elsewhere.slice(0, mostPlaces - 1) };
    });
  }

  /** Every way to a place, from the objects around it back to the roots; those through few objects first. */
  #placesOf(place: Place): readonly SurfacePlace[] {
    const places: SurfacePlace[] = [];
    const ways = [{ at: place, steps: place.own, through: new Set<string>() }];
    for (let index = 0; index < ways.length && ways.length < mostWays && places.length < mostPlaces; index += 1) {
      const way = ways[index];
      if (way === undefined) continue;
      const { owner, root } = way.at;
      if (owner === undefined) places.push({ root, steps: way.steps });
      else if (!way.through.has(owner)) {
        const through = new Set([...way.through, owner]);
        const before = this.#arrivals.get(owner) ?? [];
        ways.push(...before.map((at) => ({ at, steps: [...at.own, ...way.steps], through })));
      }
    }
    return places;
  }

  #tell(place: Place, change: Omit<SurfaceChange, keyof SurfacePlace | 'elsewhere'>): void {
    this.#found.push({ ...change, root: place.root, steps: place.steps, place });
  }

  /** Something that only one of both has. */
  #whole(place: Place, before: readonly TypeForm[] | undefined, after: readonly TypeForm[] | undefined, optional: boolean): void {
    if (after !== undefined && before === undefined) this.#tell(place, { kind: 'added', after: formsText(after), optional, now: after });
    if (before !== undefined && after === undefined) this.#tell(place, { kind: 'removed', before: formsText(before), now: [] });
  }

  #forms(place: Place, before: readonly TypeForm[], after: readonly TypeForm[]): void {
    this.#scalars(place, before, after);
    for (const [kind, step] of [
      ['array', { into: 'items' }],
      ['map', { into: 'values' }],
    ] as const) {
      const [was, is] = [itemsOf(before, kind), itemsOf(after, kind)];
      if (was !== undefined && is !== undefined) this.#forms(into(place, step), was, is);
    }
    this.#objects(place, before, after);
  }

  #scalars(place: Place, before: readonly TypeForm[], after: readonly TypeForm[]): void {
    const texts = { before: formsText(before), after: formsText(after) };
    const hasNull = (forms: readonly TypeForm[]): boolean => forms.some(({ kind }) => kind === 'null');
    if (hasNull(before) !== hasNull(after)) {
      this.#tell(place, { kind: hasNull(after) ? 'now-nullable' : 'never-null', ...texts, now: after });
    }
    if (this.#differInKind(before, after)) this.#tell(place, { kind: 'retyped', ...texts, now: after });
    else this.#values(place, before, after);
  }

  /** Another kind of value, or any value of a kind where only fixed ones were, or the other way round. */
  #differInKind(before: readonly TypeForm[], after: readonly TypeForm[]): boolean {
    const [was, is] = [kindsOf(before), kindsOf(after)];
    if (missingIn(was, is).length > 0 || missingIn(is, was).length > 0) return true;
    const open = (forms: readonly TypeForm[]): readonly string[] =>
      (['string', 'number', 'boolean'] as const).filter((kind) => forms.some((form) => form.kind === kind));
    return open(before).join() !== open(after).join();
  }

  #values(place: Place, before: readonly TypeForm[], after: readonly TypeForm[]): void {
    const [was, is] = [literals(before), literals(after)];
    for (const form of missingIn(is, was)) {
      this.#tell(place, { kind: 'value-added', value: form.value, after: JSON.stringify(form.value), now: [form] });
    }
    for (const form of missingIn(was, is)) {
      this.#tell(place, { kind: 'value-removed', value: form.value, before: JSON.stringify(form.value), now: after });
    }
  }

  #objects(place: Place, before: readonly TypeForm[], after: readonly TypeForm[]): void {
    const [was, is] = [variantsOf(this.#before, before), variantsOf(this.#after, after)];
    if (was.length === 0 || is.length === 0) return;
    for (const pair of pairVariants(was, is)) {
      const there = into(place, pair.step);
      if (pair.before === undefined || pair.after === undefined) {
        this.#whole(there, asForms(pair.before), asForms(pair.after), true);
        continue;
      }
      const key = `${pair.before.name}\n${pair.after.name}`;
      const arrivals = this.#arrivals.get(key);
      this.#arrivals.set(key, [...(arrivals ?? []), there]);
      if (arrivals !== undefined) continue;
      const { before: left, after: right } = pair;
      this.#waiting.push(() => this.#fields({ ...there, owner: key, own: [] }, left, right));
    }
  }

  #fields(place: Place, before: Variant, after: Variant): void {
    const names = new Set([...Object.keys(before.object.fields), ...Object.keys(after.object.fields)]);
    for (const name of [...names].sort()) {
      const there = into(place, { into: 'field', name });
      const [was, is] = [ownField(before, name), ownField(after, name)];
      if (was === undefined || is === undefined) this.#whole(there, was?.forms, is?.forms, is?.optional ?? false);
      else this.#field(there, was, is);
    }
    const [was, is] = [before.object.rest, after.object.rest];
    const rest = into(place, { into: 'values' });
    if (was !== undefined && is !== undefined) this.#forms(rest, was, is);
    else this.#whole(rest, was, is, true);
  }

  #field(place: Place, before: TypeField, after: TypeField): void {
    const texts = { before: formsText(before.forms), after: formsText(after.forms) };
    if (before.optional !== after.optional) {
      this.#tell(place, { kind: after.optional ? 'now-optional' : 'now-required', ...texts, now: after.forms });
    }
    if (after.deprecated === true && before.deprecated !== true) this.#tell(place, { kind: 'deprecated', ...texts, now: after.forms });
    this.#forms(place, before.forms, after.forms);
  }
}

const ownField = ({ object }: Variant, name: string): TypeField | undefined =>
  Object.hasOwn(object.fields, name) ? object.fields[name] : undefined;

const asForms = (variant: Variant | undefined): readonly TypeForm[] | undefined =>
  variant === undefined ? undefined : [{ kind: 'object', name: variant.name }];

const variantsOf = (surface: TypeSurface, forms: readonly TypeForm[]): readonly Variant[] =>
  forms.flatMap((form) => {
    if (form.kind !== 'object') return [];
    const object = surface.objects[form.name];
    return object === undefined ? [] : [{ name: form.name, object }];
  });

/** What differs between two versions, root by root. A type that was only renamed or moved in the SDK's sources is no difference. */
export const compareSurfaces = (before: TypeSurface, after: TypeSurface): readonly SurfaceChange[] => {
  const walk = new Walk(before, after);
  for (const root of new Set([...Object.keys(before.roots), ...Object.keys(after.roots)])) walk.root(root);
  return walk.changes();
};
