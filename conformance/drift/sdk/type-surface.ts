/** What the types of a released SDK say of the wire, without names that only its source code uses: a graph of objects. */

/** One kind of value. A union is a list of them. */
export type TypeForm =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'unknown' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'array'; readonly of: readonly TypeForm[] }
  /** Any key, one kind of value. */
  | { readonly kind: 'map'; readonly of: readonly TypeForm[] }
  /** A name in `TypeSurface.objects`. */
  | { readonly kind: 'object'; readonly name: string }
  /** A class of the language or its host, such as Blob. */
  | { readonly kind: 'opaque'; readonly name: string };

export interface TypeField {
  readonly optional: boolean;
  readonly deprecated?: true;
  readonly forms: readonly TypeForm[];
}

export interface TypeObject {
  readonly fields: Readonly<Record<string, TypeField>>;
  /** What fields of any other name hold. */
  readonly rest?: readonly TypeForm[];
}

/** The types that one released version of a package exports under the names of the roots. Plain JSON, in a steady order. */
export interface TypeSurface {
  readonly schema: 'wireproof.type-surface/v1';
  readonly package: string;
  readonly version: string;
  /** By the name of the root; a root that the version does not export is not there. */
  readonly roots: Readonly<Record<string, readonly TypeForm[]>>;
  readonly objects: Readonly<Record<string, TypeObject>>;
}

/** A step from a value into it. */
export type PathStep =
  | { readonly into: 'field'; readonly name: string }
  | { readonly into: 'items' }
  | { readonly into: 'values' }
  /** One of several objects: the one whose field `by` has this value, or else the one of this name. */
  | { readonly into: 'variant'; readonly by?: string; readonly is: string };

const plainName = /^[\w$]+$/;

const stepText = (step: PathStep): string => {
  if (step.into === 'items') return '[]';
  if (step.into === 'values') return '{}';
  if (step.into === 'variant') return step.by === undefined ? `<${step.is}>` : `<${step.by}=${step.is}>`;
  return plainName.test(step.name) ? `.${step.name}` : `[${JSON.stringify(step.name)}]`;
};

/** `ChatCompletion.choices[].message.tool_calls[]<type=custom>.id`: the root, then every step. */
export const pathText = (root: string, steps: readonly PathStep[]): string => `${root}${steps.map(stepText).join('')}`;

/** A form as people read it, one level deep: `"stop"`, `string[]`, `{ id, type }`. */
export const formText = (form: TypeForm): string => {
  switch (form.kind) {
    case 'literal':
      return JSON.stringify(form.value);
    case 'array':
      return `${form.of.length > 1 ? `(${formsText(form.of)})` : formsText(form.of)}[]`;
    case 'map':
      return `{ [key]: ${formsText(form.of)} }`;
    case 'object':
    case 'opaque':
      return form.name;
    default:
      return form.kind;
  }
};

/** Forms joined by `|`; nothing at all is `never`. */
export const formsText = (forms: readonly TypeForm[]): string => (forms.length === 0 ? 'never' : forms.map(formText).join(' | '));
