import type { TypeField, TypeForm, TypeObject, TypeSurface } from '../sdk/type-surface.ts';
import { stepsOf, type WireStep } from './wire-steps.ts';

/** What an SDK's types say of one place on the wire: of what may be there, and of nothing being there. */
export interface SdkPlace {
  readonly takes: (value: unknown) => boolean;
  readonly mayBeMissing: boolean;
}

const objectsIn = (surface: TypeSurface, forms: readonly TypeForm[]): readonly TypeObject[] =>
  forms.flatMap((form) => (form.kind === 'object' ? (surface.objects[form.name] ?? []) : []));

const isAnything = ({ kind }: TypeForm): boolean => kind === 'unknown' || kind === 'opaque';

const own = (object: TypeObject, name: string): TypeField | undefined =>
  Object.hasOwn(object.fields, name) ? object.fields[name] : undefined;

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

/** One level deep: what is deeper has a change of its own. */
const takes = (forms: readonly TypeForm[], value: unknown): boolean =>
  forms.some((form) => {
    if (isAnything(form)) return true;
    if (form.kind === 'literal') return form.value === value;
    return form.kind === 'map' ? kindOf(value) === 'object' : form.kind === kindOf(value);
  });

const isOfType = (object: TypeObject, type: string): boolean => {
  const forms = own(object, 'type')?.forms ?? [];
  return forms.some((form) => form.kind === 'string' || (form.kind === 'literal' && form.value === type));
};

/** The forms of a field wherever it is declared; undefined where no object declares it and none leaves its fields open. */
const fieldForms = (objects: readonly TypeObject[], maps: readonly TypeForm[], name: string): readonly TypeForm[] | undefined => {
  const declared = objects.flatMap((object) => own(object, name)?.forms ?? object.rest ?? []);
  const open = maps.flatMap((form) => (form.kind === 'map' ? form.of : []));
  const known = objects.some((object) => own(object, name) !== undefined || object.rest !== undefined) || open.length > 0;
  return known ? [...declared, ...open] : undefined;
};

const step = (surface: TypeSurface, forms: readonly TypeForm[], next: WireStep): readonly TypeForm[] => {
  if (next.into === 'items') return forms.flatMap((form) => (form.kind === 'array' ? form.of : []));
  if (next.into === 'field') return fieldForms(objectsIn(surface, forms), forms, next.name) ?? [];
  return forms.filter((form) => objectsIn(surface, [form]).some((object) => isOfType(object, next.type)));
};

const ofField = (surface: TypeSurface, around: readonly TypeForm[], name: string): SdkPlace | undefined => {
  const objects = objectsIn(surface, around);
  if (objects.length === 0 && !around.some(({ kind }) => kind === 'map')) return undefined;
  const forms = fieldForms(objects, around, name);
  if (forms?.some(isAnything)) return undefined;
  const required = objects.length > 0 && objects.every((object) => own(object, name)?.optional === false);
  return { takes: (value) => forms !== undefined && takes(forms, value), mayBeMissing: !required };
};

const ofVariant = (surface: TypeSurface, around: readonly TypeForm[], type: string): SdkPlace | undefined => {
  const objects = objectsIn(surface, around);
  if (objects.length === 0) return undefined;
  return { takes: () => objects.some((object) => isOfType(object, type)), mayBeMissing: true };
};

/**
 * What the types of a version say of the place at a drift path (`body.choices[].finish_reason`), read from one of its roots. Undefined
 * where they do not lead there, or leave open what is there.
 */
export const sdkPlace = (surface: TypeSurface, root: string, path: string): SdkPlace | undefined => {
  const begin = Object.hasOwn(surface.roots, root) ? surface.roots[root] : undefined;
  const steps = stepsOf(path);
  const last = steps.at(-1);
  if (begin === undefined || last === undefined) return undefined;
  const around = steps.slice(0, -1).reduce<readonly TypeForm[]>((forms, next) => step(surface, forms, next), begin);
  if (last.into === 'field') return ofField(surface, around, last.name);
  if (last.into === 'variant') return ofVariant(surface, around, last.type);
  const forms = step(surface, around, last);
  return forms.length === 0 || forms.some(isAnything) ? undefined : { takes: (value) => takes(forms, value), mayBeMissing: true };
};
