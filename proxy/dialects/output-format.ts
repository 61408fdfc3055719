import type { JsonObject, OutputFormat } from '../ir/chat.ts';
import type { Loss, Translated } from '../ir/loss.ts';
import { optionalFlag, optionalObject, optionalText, present, type WireObject } from './reading.ts';

export type JsonSchemaFormat = Extract<OutputFormat, { kind: 'json-schema' }>;

/**
 * The schema for a dialect that has no place for a name and a description beside it: they become the schema's own. A schema that has a
 * title or description already keeps it. These dialects always hold the answer to the schema, so `strict` says nothing there.
 */
export const namedSchema = ({ schema, name, description }: JsonSchemaFormat): Translated<JsonObject> => {
  const labels = Object.entries({ title: name, description }).filter((label): label is [string, string] => label[1] !== undefined);
  const fresh = labels.filter(([key]) => schema[key] === undefined);
  const losses = labels.flatMap(([key, value]): readonly Loss[] =>
    schema[key] === undefined || schema[key] === value
      ? []
      : [{ path: `format.${memberOf(key)}`, why: `the schema has a ${key} of its own` }],
  );
  return { value: { ...Object.fromEntries(fresh), ...schema }, losses };
};

const memberOf = (key: string): string => (key === 'title' ? 'name' : key);

/** OpenAI demands a name, and takes nothing else in it. */
const validName = /^[\w-]{1,64}$/u;

/** The name for OpenAI's dialects: the client's, else the schema's title where that can be one. */
const formatName = ({ name, schema: { title } }: JsonSchemaFormat): string => {
  if (name !== undefined) return name;
  return typeof title === 'string' && validName.test(title) ? title : 'answer';
};

/** Both of OpenAI's dialects have these members; where they are differs. */
export const readSchema = (wire: WireObject, path: string): JsonSchemaFormat => ({
  kind: 'json-schema',
  schema: (optionalObject(wire['schema'], `${path}.schema`) ?? {}) as JsonObject,
  ...present({
    name: optionalText(wire['name'], `${path}.name`),
    description: optionalText(wire['description'], `${path}.description`),
    strict: optionalFlag(wire['strict'], `${path}.strict`),
  }),
});

export const writeSchema = (format: JsonSchemaFormat) => {
  const { schema, description, strict } = format;
  return { name: formatName(format), ...present({ description }), schema, ...present({ strict }) };
};
