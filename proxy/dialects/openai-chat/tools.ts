import type { ChatRequest, ToolChoice, ToolDefinition } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { customToolNames } from '../custom-tools.ts';
import { readCustomTool, readEachTool, readFunctionTool } from '../openai-tools.ts';
import { asArray, asObject, asText, needObject, noNeutralForm, present, refuse, type WireObject } from '../reading.ts';

/** Tools and the choice among them, both ways. */

export const readTools = (body: WireObject, losses: Loss[]): ToolDefinition[] =>
  readEachTool(body, losses, (tool, path) => {
    const { type: kind } = tool;
    if (kind === 'function') return readFunctionTool(needObject(tool[kind], `${path}.${kind}`), `${path}.${kind}`);
    if (kind !== 'custom') return undefined;
    return readCustomTool(needObject(tool[kind], `${path}.${kind}`), `${path}.${kind}`, losses, (format) => asObject(format?.['grammar']));
  });

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
