import type { ChatRequest, JsonObject, ToolChoice, ToolDefinition } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { customToolNames, inputOnly, readGrammar } from '../custom-tools.ts';
import {
  asArray,
  asObject,
  asText,
  needObject,
  needText,
  noNeutralForm,
  optionalArray,
  optionalObject,
  optionalText,
  present,
  refuse,
  type WireObject,
} from '../reading.ts';

/** Tools and the choice among them, both ways. */

const noArguments: JsonObject = { type: 'object', properties: {} };

export const readTools = (body: WireObject, losses: Loss[]): ToolDefinition[] =>
  (optionalArray(body['tools'], 'tools') ?? []).flatMap((tool, index) =>
    readTool(needObject(tool, `tools[${index}]`), `tools[${index}]`, losses),
  );

const readTool = (tool: WireObject, path: string, losses: Loss[]): readonly ToolDefinition[] => {
  if (tool['type'] === 'function') return [readFunction(tool, path)];
  if (tool['type'] === 'custom') return [readCustom(tool, path, losses)];
  losses.push({ path, why: noNeutralForm('a tool', tool) });
  return [];
};

const readFunction = (tool: WireObject, path: string): ToolDefinition => ({
  name: needText(tool['name'], `${path}.name`),
  ...present({ description: optionalText(tool['description'], `${path}.description`) }),
  parameters: (optionalObject(tool['parameters'], `${path}.parameters`) ?? noArguments) as JsonObject,
  ...(tool['strict'] === true && { strict: true }),
});

const readCustom = (tool: WireObject, path: string, losses: Loss[]): ToolDefinition => {
  const format = asObject(tool['format']);
  const grammar = readGrammar(format);
  if (grammar === undefined && format !== undefined && format['type'] !== 'text') {
    losses.push({ path: `${path}.format`, why: noNeutralForm('a format', format) });
  }
  return {
    kind: 'custom',
    name: needText(tool['name'], `${path}.name`),
    ...present({ description: optionalText(tool['description'], `${path}.description`), grammar }),
    parameters: inputOnly,
  };
};

export const readToolChoice = (wire: unknown, losses: Loss[]): ToolChoice | undefined => {
  if (wire === undefined || wire === null) return undefined;
  if (wire === 'auto' || wire === 'none' || wire === 'required') return { kind: wire };
  const choice = asObject(wire) ?? refuse('tool_choice', '"auto", "none", "required" or an object', wire);
  if (choice['type'] === 'allowed_tools') return readAllowed(choice, losses);
  const name = nameIn(choice);
  if (name !== undefined) return { kind: 'tool', name };
  losses.push({ path: 'tool_choice', why: noNeutralForm('a choice', choice) });
  return undefined;
};

const readAllowed = (choice: WireObject, losses: Loss[]): ToolChoice => {
  const names = (asArray(choice['tools']) ?? []).flatMap((tool, index) => {
    const wire = asObject(tool) ?? {};
    const name = nameIn(wire);
    if (name === undefined) losses.push({ path: `tool_choice.tools[${index}]`, why: noNeutralForm('a tool', wire) });
    return name === undefined ? [] : [name];
  });
  const mode = choice['mode'] === 'required' ? 'required' : 'auto';
  return names.length > 0 ? { kind: 'allowed', mode, names } : { kind: mode };
};

const nameIn = (tool: WireObject): string | undefined =>
  tool['type'] === 'function' || tool['type'] === 'custom' ? asText(tool['name']) : undefined;

/** `strict` defaults to true in this API and would then refuse schemas that every other dialect takes. */
export const writeTool = ({ kind, name, description, parameters, strict, grammar }: ToolDefinition) => {
  const head = { name, ...present({ description }) };
  if (kind !== 'custom') return { type: 'function', ...head, parameters, strict: strict === true };
  return { type: 'custom', ...head, ...(grammar && { format: { type: 'grammar', ...grammar } }) };
};

export const writeToolChoice = (choice: ToolChoice, request: ChatRequest): unknown => {
  const custom = customToolNames(request);
  const named = (name: string) => ({ type: custom.has(name) ? 'custom' : 'function', name });
  if (choice.kind === 'tool') return named(choice.name);
  if (choice.kind !== 'allowed') return choice.kind;
  return { type: 'allowed_tools', mode: choice.mode, tools: choice.names.map(named) };
};
