import type { AssistantPart, ChatRequest, JsonObject, ToolDefinition, Turn, UserPart } from '../ir/chat.ts';
import type { Loss, Translated } from '../ir/loss.ts';
import { functionArguments } from './custom-calls.ts';
import { asText, type WireObject } from './reading.ts';

/** Custom tools take free text. Where there are none, a function with the one string argument `input` stands for them (sheet, row 18 (e) 4). */
export const inputOnly: JsonObject = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };

/** The names of the custom tools that a request defines: what to show its client as custom calls in the answer. */
export const customToolNames = ({ tools }: Pick<ChatRequest, 'tools'>): ReadonlySet<string> =>
  new Set(tools.filter(({ kind }) => kind === 'custom').map(({ name }) => name));

/** The request for a dialect that knows functions only: definitions, calls and results of custom tools become those of functions. */
export const customToolsAsFunctions = (request: ChatRequest): Translated<ChatRequest> => ({
  value: { ...request, tools: request.tools.map(functionOf), turns: request.turns.map(turnOf) },
  losses: request.tools.flatMap(lossOfGrammar),
});

const functionOf = ({ kind: _kind, grammar: _grammar, ...tool }: ToolDefinition): ToolDefinition => tool;

const lossOfGrammar = ({ grammar }: ToolDefinition, index: number): readonly Loss[] =>
  grammar === undefined ? [] : [{ path: `tools[${index}].grammar`, why: 'a tool whose input follows a grammar has no like here' }];

const turnOf = (turn: Turn): Turn =>
  turn.role === 'user' ? { ...turn, parts: turn.parts.map(resultOf) } : { ...turn, parts: turn.parts.map(callOf) };

const resultOf = (part: UserPart): UserPart => {
  if (part.kind !== 'tool-result') return part;
  const { custom: _custom, ...result } = part;
  return result;
};

const callOf = (part: AssistantPart): AssistantPart => {
  if (part.kind !== 'tool-call') return part;
  const { custom: _custom, ...call } = part;
  return { ...call, arguments: functionArguments(part) };
};

/** `syntax` and `definition`, wherever a dialect puts them. */
export const readGrammar = (wire: WireObject | undefined): ToolDefinition['grammar'] => {
  const [syntax, definition] = [asText(wire?.['syntax']), asText(wire?.['definition'])];
  return syntax === undefined || definition === undefined ? undefined : { syntax, definition };
};
