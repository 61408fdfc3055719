import type { ChatRequest, JsonObject, JsonValue, ToolChoice, ToolDefinition } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import {
  asArray,
  asObject,
  asText,
  needObject,
  needText,
  optionalArray,
  optionalObject,
  optionalText,
  present,
  refuse,
  without,
  type WireObject,
} from '../reading.ts';
import { camelKeys } from './wire.ts';

export interface ReadTools {
  readonly definitions: readonly ToolDefinition[];
  /** Tools that run at Google (search, code execution); they mean nothing elsewhere. */
  readonly vendor: { readonly tools?: readonly WireObject[] };
}

export const readTools = (wire: unknown, losses: Loss[]): ReadTools => {
  const entries = (optionalArray(wire, 'tools') ?? []).map((entry, index) => camelKeys(needObject(entry, `tools[${index}]`)));
  const definitions = entries.flatMap(({ functionDeclarations }, index) => {
    const path = `tools[${index}].functionDeclarations`;
    return (optionalArray(functionDeclarations, path) ?? []).map((each, i) =>
      readDeclaration(needObject(each, `${path}[${i}]`), `${path}[${i}]`, losses),
    );
  });
  const vendor = entries.map((entry) => without(entry, new Set(['functionDeclarations']))).filter((rest) => Object.keys(rest).length > 0);
  return { definitions, vendor: vendor.length > 0 ? { tools: vendor } : {} };
};

const readDeclaration = (wire: WireObject, path: string, losses: Loss[]): ToolDefinition => {
  const { name, description, parameters, parametersJsonSchema, ...rest } = camelKeys(wire);
  for (const key of Object.keys(rest)) losses.push({ path: `${path}.${key}`, why: 'has no neutral form on a tool' });
  const schema = optionalObject(parametersJsonSchema, `${path}.parametersJsonSchema`) as JsonObject | undefined;
  const older = (optionalObject(parameters, `${path}.parameters`) ?? { type: 'object', properties: {} }) as JsonObject;
  return {
    name: needText(name, `${path}.name`),
    ...present({ description: optionalText(description, `${path}.description`) }),
    parameters: schema ?? (lowerTypes(older) as JsonObject),
  };
};

const googleTypes = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']);

/** Google's older `parameters` and `responseSchema` spell JSON Schema's types in capitals, and `nullable` beside them. */
export const lowerTypes = (schema: JsonValue): JsonValue => {
  if (Array.isArray(schema)) return schema.map((item: JsonValue) => lowerTypes(item));
  if (typeof schema !== 'object' || schema === null) return schema;
  const lowered = Object.entries(schema).map(([key, value]): [string, JsonValue] =>
    key === 'type' && typeof value === 'string' && googleTypes.has(value) ? [key, value.toLowerCase()] : [key, lowerTypes(value)],
  );
  return withNull(Object.fromEntries(lowered));
};

const withNull = (schema: JsonObject): JsonObject => {
  const { nullable, type, enum: values, ...rest } = schema;
  if (nullable !== true || typeof type !== 'string') return schema;
  return { type: [type, 'null'], ...(Array.isArray(values) && { enum: [...(values as readonly JsonValue[]), null] }), ...rest };
};

/**
 * Schemas go out as `parametersJsonSchema`, untouched: `parameters` is a smaller language (no `$ref`, `additionalProperties`,
 * `$schema`), and Google answers 400 `Unknown name …` to the rest of JSON Schema (sheet R3 b, second wording).
 */
export const writeTools = (tools: ChatRequest['tools'], vendor: unknown, losses: Loss[]): readonly unknown[] => {
  losses.push(...tools.flatMap(lossOfStrict));
  const functionDeclarations = tools.map(({ name, description, parameters }) => ({
    name,
    ...present({ description }),
    parametersJsonSchema: parameters,
  }));
  return [...(functionDeclarations.length > 0 ? [{ functionDeclarations }] : []), ...(asArray(vendor) ?? [])];
};

const lossOfStrict = ({ strict }: ToolDefinition, index: number): readonly Loss[] =>
  strict ? [{ path: `tools[${index}].strict`, why: 'Gemini has no strict schemas of tools' }] : [];

export const readToolChoice = (wire: unknown, losses: Loss[]): ToolChoice | undefined => {
  const toolConfig = camelKeys(optionalObject(wire, 'toolConfig') ?? {});
  const config = camelKeys(asObject(toolConfig['functionCallingConfig']) ?? {});
  for (const key of Object.keys(toolConfig)) {
    if (key !== 'functionCallingConfig') losses.push({ path: `toolConfig.${key}`, why: 'has no neutral form' });
  }
  return config['mode'] === undefined ? undefined : choiceOf(config, losses);
};

const choiceOf = (config: WireObject, losses: Loss[]): ToolChoice => {
  const path = 'toolConfig.functionCallingConfig';
  const mode = asText(config['mode'])?.toUpperCase();
  const names = (asArray(config['allowedFunctionNames']) ?? []).map((each, i) => needText(each, `${path}.allowedFunctionNames[${i}]`));
  const [name, ...others] = names;
  if (name !== undefined && mode === 'ANY')
    return others.length === 0 ? { kind: 'tool', name } : { kind: 'allowed', mode: 'required', names };
  if (name !== undefined && mode === 'VALIDATED') return { kind: 'allowed', mode: 'auto', names };
  if (name !== undefined) losses.push({ path: `${path}.allowedFunctionNames`, why: 'means nothing in this mode' });
  if (mode === 'VALIDATED') losses.push({ path: `${path}.mode`, why: 'validated calls have no neutral form; the model chooses freely' });
  if (mode === 'AUTO' || mode === 'VALIDATED' || mode === 'MODE_UNSPECIFIED') return { kind: 'auto' };
  if (mode === 'NONE') return { kind: 'none' };
  return mode === 'ANY' ? { kind: 'required' } : refuse(`${path}.mode`, '"AUTO", "ANY", "NONE" or "VALIDATED"', config['mode']);
};

const modeOf = (choice: ToolChoice): string => {
  // Among several, but perhaps none of them: the one mode besides ANY that looks at the names.
  if (choice.kind === 'allowed') return choice.mode === 'required' ? 'ANY' : 'VALIDATED';
  return { auto: 'AUTO', none: 'NONE', required: 'ANY', tool: 'ANY' }[choice.kind];
};

export const writeToolChoice = (choice: ToolChoice): WireObject => {
  const names = choice.kind === 'tool' ? [choice.name] : choice.kind === 'allowed' ? choice.names : undefined;
  return { functionCallingConfig: { mode: modeOf(choice), ...present({ allowedFunctionNames: names }) } };
};
