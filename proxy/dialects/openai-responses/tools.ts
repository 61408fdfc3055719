import type { ChatRequest, ToolChoice, ToolDefinition } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { customToolNames } from '../custom-tools.ts';
import { readCustomTool, readEachTool, readFunctionTool } from '../openai-tools.ts';
import { asArray, asObject, asText, noNeutralForm, present, refuse, type WireObject } from '../reading.ts';

/** Tools and the choice among them, both ways. */

export const readTools = (body: WireObject, losses: Loss[]): ToolDefinition[] =>
  readEachTool(body, losses, (tool, path) => {
    if (tool['type'] === 'function') return readFunctionTool(tool, path);
    return tool['type'] === 'custom' ? readCustomTool(tool, path, losses, (format) => format) : undefined;
  });

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
