import type { AssistantPart, ChatRequest, ToolChoice, ToolDefinition, Turn, UserPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { newToolNames, ownExtensions } from '../conversation.ts';
import { writeJson } from '../splice-json.ts';
import { asArray, present, type WireObject } from '../reading.ts';
import { mergeTurns } from '../turns.ts';
import { writeAssistantPart, writeUserPart } from './blocks.ts';
import { writeThinking } from './thinking.ts';
import { own } from './wire.ts';

/**
 * Writes a body of `POST /v1/messages`: turns alternate, and the results of tools come first in their turn. In
 * the paths of losses, turns are counted after neighbours of one role were joined.
 */
export const encodeRequest = (request: ChatRequest): Translated<string> => {
  const { fields, losses: foreign } = ownExtensions(request.extensions, own);
  const losses: Loss[] = [...foreign];
  const { tools: serverTools, disable_parallel_tool_use: parallel, ...rest } = fields;
  const wire = {
    ...rest,
    model: request.model,
    ...(request.stream && { stream: true }),
    ...(request.system.length > 0 && { system: request.system.map((text) => ({ type: 'text', text })) }),
    messages: writeMessages(request.turns, losses),
    ...nonEmptyList('tools', [...request.tools.map(writeTool), ...(asArray(serverTools) ?? [])]),
    ...present({ tool_choice: writeToolChoice(request.toolChoice, parallel) }),
    ...present({ temperature: request.temperature, top_p: request.topP, stop_sequences: request.stop }),
    ...writeThinking(request, fields, losses),
  };
  return { value: writeJson(wire), losses };
};

const nonEmptyList = (key: string, list: readonly unknown[]): WireObject => (list.length > 0 ? { [key]: list } : {});

/** Anthropic demands `type` in a schema; a tool without parameters is written without it elsewhere. */
const writeTool = ({ name, description, parameters }: ToolDefinition): WireObject => ({
  name,
  ...present({ description }),
  input_schema: { type: 'object', ...parameters },
});

const writeToolChoice = (choice: ToolChoice | undefined, parallel: unknown): WireObject | undefined => {
  if (!choice) return parallel === undefined ? undefined : { type: 'auto', disable_parallel_tool_use: parallel };
  const type = choice.kind === 'required' ? 'any' : choice.kind;
  return { type, ...(choice.kind === 'tool' && { name: choice.name }), ...present({ disable_parallel_tool_use: parallel }) };
};

const writeMessages = (turns: readonly Turn[], losses: Loss[]): readonly WireObject[] => {
  const names = newToolNames();
  return mergeTurns(turns).flatMap((turn, index) => {
    const path = `turns[${index}]`;
    noteLostNames(turn, path, names, losses);
    const content = turn.role === 'user' ? writeUserTurn(turn.parts, path, losses) : writeAssistantTurn(turn.parts, path, losses);
    if (content.length === 0) losses.push({ path, why: 'nothing is left of this turn' });
    return content.length === 0 ? [] : [{ role: turn.role, content }];
  });
};

const noteLostNames = (turn: Turn, path: string, names: ReturnType<typeof newToolNames>, losses: Loss[]): void => {
  for (const [index, part] of turn.parts.entries()) {
    if (part.kind === 'tool-call') names.called(part.id, part.name);
    if (part.kind === 'tool-result') losses.push(...names.lossOfName(part, `${path}.parts[${index}]`));
  }
};

/** Anthropic refuses a text block without text. */
const isEmptyText = (part: UserPart | AssistantPart, path: string, losses: Loss[]): boolean => {
  const empty = part.kind === 'text' && part.text === '';
  if (empty) losses.push({ path, why: 'Anthropic refuses an empty text block' });
  return empty;
};

const writeUserTurn = (parts: readonly UserPart[], path: string, losses: Loss[]): readonly WireObject[] => {
  const kept = parts.filter((part, index) => !isEmptyText(part, `${path}.parts[${index}]`, losses));
  const results = kept.filter((part) => part.kind === 'tool-result');
  const sorted = [...results, ...kept.filter((part) => part.kind !== 'tool-result')];
  if (sorted.some((part, index) => part !== kept[index])) {
    losses.push({ path: `${path}.parts`, why: 'Anthropic wants tool results before everything else in a turn; the order is changed' });
  }
  return sorted.map(writeUserPart);
};

const writeAssistantTurn = (parts: readonly AssistantPart[], path: string, losses: Loss[]): readonly WireObject[] =>
  parts.flatMap((part, index) => {
    const at = `${path}.parts[${index}]`;
    const block = isEmptyText(part, at, losses) ? undefined : writeAssistantPart(part, at, losses);
    return block ? [block] : [];
  });
