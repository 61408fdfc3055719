import { z } from 'zod';

import type { SurfaceChange } from './compare-surfaces.ts';
import type { SdkRoot } from './sdk-roots.ts';
import type { PathStep, TypeForm } from './type-surface.ts';

/** As much of a JSON Schema as zod writes for the wire schemas. */
interface Node {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

const flat = (nodes: readonly Node[]): readonly Node[] =>
  nodes.flatMap((node) => {
    const parts = node.anyOf ?? node.oneOf;
    return parts === undefined ? [node] : flat(parts);
  });

/** Says nothing of what it takes. */
const isOpen = ({ type, const: fixed, enum: values, properties }: Node): boolean =>
  type === undefined && fixed === undefined && values === undefined && properties === undefined;

const typesOf = ({ type, const: fixed, enum: values }: Node): readonly string[] => {
  if (typeof type === 'string') return [type];
  if (type !== undefined) return type;
  return [...(fixed === undefined ? [] : [fixed]), ...(values ?? [])].map((value) => (value === null ? 'null' : typeof value));
};

const fixedValues = ({ const: fixed, enum: values }: Node): readonly unknown[] | undefined =>
  values ?? (fixed === undefined ? undefined : [fixed]);

const isObject = (node: Node): boolean => typesOf(node).includes('object');

const fieldIn = (node: Node, name: string): readonly Node[] => {
  const own = node.properties !== undefined && Object.hasOwn(node.properties, name) ? node.properties[name] : undefined;
  if (own !== undefined) return [own];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
};

const isVariant = (node: Node, step: Extract<PathStep, { into: 'variant' }>): boolean => {
  if (step.by === undefined) return true;
  const [field] = fieldIn(node, step.by);
  const values = field === undefined ? undefined : fixedValues(field);
  return values === undefined || step.is.split('|').some((value) => values.map(String).includes(value));
};

const step = (nodes: readonly Node[], next: PathStep): readonly Node[] => {
  const here = flat(nodes);
  switch (next.into) {
    case 'field':
      return flat(here.flatMap((node) => fieldIn(node, next.name)));
    case 'items':
      return flat(here.flatMap(({ items }) => items ?? []));
    case 'values':
      return flat(here.flatMap(({ additionalProperties: values }) => (typeof values === 'object' ? [values] : [])));
    default:
      return here.filter((node) => isObject(node) && isVariant(node, next));
  }
};

const follow = (schema: Node, steps: readonly PathStep[]): readonly Node[] => steps.reduce(step, flat([schema]));

const takes = (nodes: readonly Node[], form: TypeForm): boolean =>
  nodes.some((node) => {
    if (isOpen(node)) return true;
    const types = typesOf(node);
    switch (form.kind) {
      case 'literal': {
        const values = fixedValues(node);
        return values === undefined ? kindTaken(types, typeof form.value) : values.includes(form.value);
      }
      case 'map':
      case 'object':
        return types.includes('object');
      case 'opaque':
      case 'unknown':
        return true;
      default:
        return kindTaken(types, form.kind);
    }
  });

const kindTaken = (types: readonly string[], kind: string): boolean =>
  types.includes(kind) || (kind === 'number' && types.includes('integer'));

const schemas = new WeakMap<z.ZodType, Node>();

const schemaOf = ({ schema, at }: NonNullable<SdkRoot['wire']>): readonly Node[] => {
  const known = schemas.get(schema) ?? (z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Node);
  schemas.set(schema, known);
  return at === undefined ? flat([known]) : follow(known, [{ into: 'field', name: at }]);
};

/** Whether some object of the schema, in which the step would be made, refuses fields that it does not name. */
const refusesField = (parents: readonly Node[], name: string): boolean => {
  const objects = parents.filter(isObject);
  return objects.length > 0 && objects.every((node) => node.additionalProperties === false && fieldIn(node, name).length === 0);
};

const requiresField = (parents: readonly Node[], name: string): boolean => {
  const objects = parents.filter(isObject);
  return objects.length > 0 && objects.every(({ required }) => required?.includes(name) ?? false);
};

/**
 * What the strict schema of ours says against an answer as the newer SDK types it: one sentence, or `undefined` when it takes it, when
 * it does not cover this part, or when the change cannot make it refuse anything.
 */
export const wireDisagreement = (
  change: Pick<SurfaceChange, 'kind' | 'now' | 'steps'>,
  wire: NonNullable<SdkRoot['wire']>,
): string | undefined => {
  const parents = change.steps.slice(0, -1).reduce(step, schemaOf(wire));
  const last = change.steps.at(-1);
  if (parents.length === 0) return undefined;
  const here = last === undefined ? parents : step(parents, last);
  const name = last?.into === 'field' ? last.name : undefined;
  switch (change.kind) {
    case 'added':
      if (name !== undefined) return refusesField(parents, name) ? `refuses the field ${name}` : undefined;
      return here.length === 0 && last?.into === 'variant' ? `knows no ${last.by ?? 'object'} ${last.is}` : undefined;
    case 'removed':
    case 'now-optional':
      return name !== undefined && requiresField(parents, name) ? `requires the field ${name}` : undefined;
    case 'retyped':
    case 'value-added':
    case 'now-nullable': {
      const wanted = change.kind === 'now-nullable' ? [{ kind: 'null' as const }] : change.now;
      const refused = here.length === 0 ? undefined : wanted.find((form) => !takes(here, form));
      return refused === undefined ? undefined : `refuses ${refusalText(refused)}`;
    }
    default:
      return undefined;
  }
};

const refusalText = (form: TypeForm): string => {
  if (form.kind === 'literal') return `the value ${JSON.stringify(form.value)}`;
  if (form.kind === 'array') return 'an array';
  return form.kind === 'map' || form.kind === 'object' ? 'an object' : `the kind ${form.kind}`;
};
