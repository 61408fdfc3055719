import type { JsonObject, JsonValue } from '../../ir/chat.ts';

/** Members of a JSON Schema that hold schemas: one or a list of them, or schemas by name. */
const holders = new Set(['items', 'anyOf', 'allOf', 'oneOf']);
const namedHolders = new Set(['properties', '$defs', 'definitions']);

const isObject = (value: JsonValue): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const mapMembers = (object: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

const isOfObjects = ({ type, properties }: JsonObject): boolean =>
  type === 'object' || (Array.isArray(type) && type.includes('object')) || (type === undefined && properties !== undefined);

/**
 * The schema with every object closed by `additionalProperties: false`: Anthropic refuses any other value of it, and its absence, in the
 * schema of an answer (`For 'object' type, 'additionalProperties' must be explicitly set to false`).
 */
export const closedSchema = (schema: JsonObject): JsonObject => {
  const inner = mapMembers(schema, (value, key) => {
    if (holders.has(key)) return closedIn(value);
    return namedHolders.has(key) && isObject(value) ? mapMembers(value, closedIn) : value;
  });
  return isOfObjects(inner) ? { ...inner, additionalProperties: false } : inner;
};

const closedIn = (value: JsonValue): JsonValue => {
  if (Array.isArray(value)) return value.map((each: JsonValue) => closedIn(each));
  return isObject(value) ? closedSchema(value) : value;
};
