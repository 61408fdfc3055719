import { z } from 'zod';

import { configSchema } from './schema.ts';

/** A node of a JSON Schema, as far as the configuration's makes use of it. */
export interface SchemaNode {
  readonly type?: string;
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

const reads = 'A text may hold ${NAME}, which stands for the environment variable of that name.';

/** The JSON Schema of config.yaml as an operator writes it, for editors (`# yaml-language-server: $schema=…`). */
export const configJsonSchema = (): SchemaNode & Readonly<Record<string, unknown>> => {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  // A key that is not known is only a warning, and configurations of the page's product have some.
  return { ...schema, title: 'config.yaml of the Wireproof reference proxy', description: reads, additionalProperties: true };
};

/** A place in the configuration: the path to it, `*` for any key and `[]` for any index, and whether a secret is there. */
export interface Place {
  readonly path: readonly string[];
  readonly secret: boolean;
}

const childrenOf = ({ properties = {}, additionalProperties, items }: SchemaNode): readonly (readonly [string, SchemaNode])[] => [
  ...Object.entries(properties),
  ...(typeof additionalProperties === 'object' ? [['*', additionalProperties] as const] : []),
  ...(items === undefined ? [] : [['[]', items] as const]),
];

const placesBelow = (node: SchemaNode, path: readonly string[]): readonly Place[] => [
  { path, secret: node.writeOnly === true },
  ...(node.anyOf ?? []).flatMap((one) => placesBelow(one, path)),
  ...childrenOf(node).flatMap(([step, child]) => placesBelow(child, [...path, step])),
];

/** Every place that the schema of the configuration knows, parents before children; a place with several forms more than once. */
export const configPlaces = (): readonly Place[] => placesBelow({ ...configJsonSchema(), additionalProperties: false }, []);
