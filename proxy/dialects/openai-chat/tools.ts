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
  if (tool['type'] === 'function') return [readFunction(needObject(tool['function'], `${path}.function`), `${path}.function`)];
  if (tool['type'] === 'custom') return [readCustom(needObject(tool['custom'], `${path}.custom`), `${path}.custom`, losses)];
  losses.push({ path, why: noNeutralForm('a tool', tool) });
  return [];
};

const readFunction = (fn: WireObject, path: string): ToolDefinition => ({
  name: needText(fn['name'], `${path}.name`),
  ...present({ description: optionalText(fn['description'], `${path}.description`) }),
  parameters: (optionalObject(fn['parameters'], `${path}.parameters`) ?? noArguments) as JsonObject,
  ...(fn['strict'] === true && { strict: true }),
});

const readCustom = (custom: WireObject, path: string, losses: Loss[]): ToolDefinition => {
  const format = asObject(custom['format']);
  const grammar = readGrammar(asObject(format?.['grammar']));
  if (grammar === undefined && format !== undefined && format['type'] !== 'text') {
    losses.push({ path: `${path}.format`, why: noNeutralForm('a format', format) });
  }
  return {
    kind: 'custom',
    name: needText(custom['name'], `${path}.name`),
    ...present({ description: optionalText(custom['description'], `${path}.description`), grammar }),
    parameters: inputOnly,
  };
};

export const readToolChoice = (wire: unknown, losses: Loss[]): ToolChoice | undefined => {
  if (wire === undefined || wire === null) return undefined;
  if (wire === 'auto' || wire === 'none' || wire === 'required') return { kind: wire };
  const choice = asObject(wire) ?? refuse('tool_choice', '"auto", "none", "required" or an object', wire);
  const allowed = choice['type'] === 'allowed_tools' ? asObject(choice['allowed_tools']) : undefined;
  if (allowed !== undefined) return readAllowed(allowed, losses);
  const name = nameIn(choice);
  if (name !== undefined) return { kind: 'tool', name };
  losses.push({ path: 'tool_choice', why: noNeutralForm('a choice', choice) });
  return undefined;
};

const readAllowed = (allowed: WireObject, losses: Loss[]): ToolChoice => {
  const names = (asArray(allowed['tools']) ?? []).flatMap((tool, index) => {
    const wire = asObject(tool) ?? {};
    const name = nameIn(wire);
    if (name === undefined) losses.push({ path: `tool_choice.allowed_tools.tools[${index}]`, why: noNeutralForm('a tool', wire) });
    return name === undefined ? [] : [name];
  });
  const mode = allowed['mode'] === 'required' ? 'required' : 'auto';
  return names.length > 0 ? { kind: 'allowed', mode, names } : { kind: mode };
};

/** A tool is named in an object of its type. */
const nameIn = (tool: WireObject): string | undefined => {
  const { type } = tool;
  return type === 'function' || type === 'custom' ? asText(asObject(tool[type])?.['name']) : undefined;
};

export const writeTool = ({ kind, name, description, parameters, strict, grammar }: ToolDefinition) => {
  const head = { name, ...present({ description }) };
  if (kind !== 'custom') return { type: 'function', function: { ...head, parameters, ...(strict && { strict }) } };
  return { type: 'custom', custom: { ...head, ...(grammar && { format: { type: 'grammar', grammar } }) } };
};

export const writeToolChoice = (choice: ToolChoice, request: ChatRequest): unknown => {
  const custom = customToolNames(request);
  const named = (name: string) => (custom.has(name) ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } });
  if (choice.kind === 'tool') return named(choice.name);
  if (choice.kind !== 'allowed') return choice.kind;
  return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools: choice.names.map(named) } };
};
