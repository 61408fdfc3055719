import type { SeenChange, Severity } from './change.ts';
import { eventKind, placesOf } from './places.ts';
import type { Sample } from './sample.ts';
import { enumAt, formatOf, type JsonType, type PlaceShape, type Shape, typeOf } from './shape.ts';

/** What one new answer's body has that the baseline's shapes have not, and the other way round. */

/** `group`: of answers to this very request. `pool`: of all answers of this kind, so that what one call shows is no news in another. */
export interface Known {
  readonly group: Shape;
  readonly pool: Shape;
}

/** Wire rules may make it worse; see `compare.ts`. */
type Draft = Omit<SeenChange, 'surface'>;

const draft = (kind: SeenChange['kind'], severity: Severity, path: string, what: string, values: Partial<Draft> = {}): Draft => ({
  kind,
  severity,
  path,
  what,
  ...values,
});

const isVariant = (path: string): boolean => path.endsWith(']') && !path.endsWith('[]');

const withArticle = (type: JsonType): string => (/^[ao]/.test(type) ? `an ${type}` : type === 'null' ? type : `a ${type}`);

const added = (path: string, value: unknown): Draft => {
  if (/^events\[[^\]]*\]$/.test(path)) return draft('event-added', 'additive', path, 'a kind of event that is new', { after: value });
  if (isVariant(path)) return draft('variant-added', 'additive', path, 'a type of object that is new', { after: value });
  return draft('field-added', 'additive', path, `${withArticle(typeOf(value))} that is new`, { after: value });
};

const valueChanges = (path: string, value: unknown, known: PlaceShape): readonly Draft[] => {
  const type = typeOf(value);
  const values = { before: known.example, after: value };
  if (!known.types.has(type)) {
    const was = [...known.types.keys()].sort().join(' or ');
    if (type === 'null') return [draft('null-appeared', 'additive', path, `null where only ${was} was`, values)];
    // Where only null was, anything may be what the field is for.
    const severity = was === 'null' ? 'additive' : 'breaking';
    return [draft('type-changed', severity, path, `${type} where ${was} was`, values)];
  }
  const allowed = enumAt(known);
  if (typeof value === 'string' && allowed !== undefined && !path.endsWith('.name') && !allowed.has(value)) {
    return [draft('value-added', 'additive', path, `the value ${JSON.stringify(value.slice(0, 60))}`, values)];
  }
  const format = formatOf(value);
  if (value === null || known.formats.size !== 1 || known.formats.has('any') || known.formats.has(format)) return [];
  return [draft('format-changed', 'cosmetic', path, `${format} where ${[...known.formats].join(' or ')} was`, values)];
};

const newInBody = (sample: Sample, { pool, group }: Known): readonly Draft[] =>
  placesOf(sample.body).flatMap(({ path, parent, value }) => {
    const known = pool.places.get(path) ?? group.places.get(path);
    if (known !== undefined) return valueChanges(path, value, known);
    const parentKnown = parent === undefined || pool.places.has(parent);
    // Only the topmost of what is new: its fields come with it. Members of a list that was empty are told by their list's variants.
    if (!parentKnown || (parent === undefined && path.endsWith('[]'))) return [];
    const container = isVariant(path) ? path.slice(0, path.lastIndexOf('[')) : undefined;
    return container === undefined || container === 'events' || pool.places.has(container) ? [added(path, value)] : [];
  });

interface Count {
  objects: ReadonlyMap<string, number>;
  seen: ReadonlyMap<string, number>;
}

const countPlaces = (sample: Sample): Count => {
  const [objects, seen] = [new Map<string, number>(), new Map<string, number>()];
  for (const { path, value } of placesOf(sample.body)) {
    seen.set(path, (seen.get(path) ?? 0) + 1);
    if (typeOf(value) === 'object') objects.set(path, (objects.get(path) ?? 0) + 1);
  }
  return { objects, seen };
};

const objectsAt = (shape: Shape, path: string): number => shape.places.get(path)?.types.get('object' satisfies JsonType) ?? 0;

/** The fewest objects from which "all of them have it" is more than chance. */
const enoughObjects = 2;

const missingField = (path: string, place: PlaceShape, known: Known, { objects, seen }: Count): readonly Draft[] => {
  const { parent } = place;
  if (parent === undefined || !objects.has(parent)) return [];
  const before = place.example;
  if (!seen.has(path))
    return place.samples === known.group.samples ? [draft('field-removed', 'cosmetic', path, 'it is gone', { before })] : [];
  const always = place.seen === objectsAt(known.group, parent) && place.seen >= enoughObjects;
  const pooled = known.pool.places.get(path);
  const alwaysInPool = pooled === undefined || pooled.seen === objectsAt(known.pool, parent);
  return always && alwaysInPool && (seen.get(path) ?? 0) < (objects.get(parent) ?? 0)
    ? [draft('field-sometimes-missing', 'cosmetic', path, 'it is not always there', { before })]
    : [];
};

const lostEvents = (sample: Sample, { group }: Known): readonly Draft[] => {
  if (sample.body.form !== 'events') return [];
  const kinds = new Set(sample.body.events.map((event) => `events[${eventKind(event)}]`));
  return [...group.places].flatMap(([path, place]) =>
    /^events\[[^\]]*\]$/.test(path) && place.samples === group.samples && !kinds.has(path)
      ? [draft('event-lost', 'cosmetic', path, 'no such event comes', { before: place.example })]
      : [],
  );
};

/** New for this very request, though other answers of the kind have it: worth a word only where a wire rule now fails on it. */
const newHereOnly = (sample: Sample, { pool, group }: Known): readonly Draft[] =>
  placesOf(sample.body).flatMap(({ path, value }) => {
    const [here, anywhere] = [group.places.get(path), pool.places.get(path)];
    if (here === undefined || anywhere === undefined || valueChanges(path, value, anywhere).length > 0) return [];
    return valueChanges(path, value, here);
  });

export interface ShapeChanges {
  /** With the severities that they have without a word from the wire rules. */
  readonly certain: readonly Draft[];
  /** To be dropped where the wire rules have nothing against them. */
  readonly suspected: readonly Draft[];
}

/** Differences of an answer's body from what is known. */
export const compareShapes = (sample: Sample, known: Known): ShapeChanges => {
  const count = countPlaces(sample);
  const missing = [...known.group.places].flatMap(([path, place]) => missingField(path, place, known, count));
  const certain = [...newInBody(sample, known), ...missing, ...lostEvents(sample, known)];
  return { certain, suspected: newHereOnly(sample, known) };
};
