import type { AssistantPart, ChatRequest, ToolDefinition, Turn, UserPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { lossesOfSettings, ownExtensions } from '../conversation.ts';
import { customToolsAsFunctions } from '../custom-tools.ts';
import type { WireObject } from '../reading.ts';
import { rawJson, writeJson } from '../splice-json.ts';
import { readArguments, whyArgumentsWereWrapped } from '../tool-arguments.ts';
import { mergeTurns } from '../turns.ts';
import { writeImage, writeToolResult } from './user-parts.ts';

/** Kiro chooses all of these itself. */
const whyUnsaid = {
  maxOutputTokens: 'Kiro sets the length of answers itself',
  temperature: 'Kiro has no temperature',
  topP: 'Kiro has no top_p',
  topK: 'Kiro has no top_k',
  frequencyPenalty: 'Kiro has no penalties',
  presencePenalty: 'Kiro has no penalties',
  seed: 'Kiro has no seed',
  stop: 'Kiro has no stop sequences',
  format: 'Kiro answers with text only',
  verbosity: 'Kiro has no verbosity',
  logprobs: 'Kiro gives no log probabilities',
  user: 'Kiro knows the account only',
  safetyIdentifier: 'Kiro knows the account only',
  reasoningEffort: 'Kiro decides itself how long to think',
  reasoningBudget: 'Kiro decides itself how long to think',
};

/**
 * Writes a `conversationState` without the ids that the provider adds: user and assistant take turns, the last user turn is the current
 * message, and instructions stand in front of the first.
 */
export const encodeRequest = (asked: ChatRequest): Translated<string> => {
  const { value: request, losses: lostOfTools } = customToolsAsFunctions(asked);
  const losses: Loss[] = [...lostOfTools, ...ownExtensions(request.extensions, 'kiro').losses, ...lossesOfSettings(request, whyUnsaid)];
  const messages = alternating(request, losses).map((turn, index) => writeTurn(turn, index, request, losses));
  const current = messages.at(-1) ?? {};
  const conversationState = {
    chatTriggerType: 'MANUAL',
    currentMessage: withTools(current, request, losses),
    history: messages.slice(0, -1),
  };
  return { value: writeJson({ conversationState }), losses };
};

const silence: Turn = { role: 'user', parts: [] };

/**
 * Clients see the models as `kiro-claude-sonnet-4-5` (row 16 (a)), the upstream calls them `claude-sonnet-4.5`.
 */
const modelId = (model: string): string => model.replace(/^kiro-/, '').replace(/-(\d)-(\d)$/, '-$1.$2');

/** User first, user last. */
const alternating = ({ turns, system }: ChatRequest, losses: Loss[]): readonly Turn[] => {
  const merged = mergeTurns(turns);
  const opened = merged[0]?.role === 'user' ? merged : [silence, ...merged];
  const last = opened.at(-1)?.role;
  if (last === 'assistant')
    losses.push({ path: 'turns', why: 'Kiro does not continue an answer; an empty message of the user follows it' });
  if (system.length > 0) losses.push({ path: 'system', why: 'Kiro has no instructions; they stand in front of the first message' });
  return last === 'assistant' ? [...opened, silence] : opened;
};

const writeTurn = (turn: Turn, index: number, request: ChatRequest, losses: Loss[]): WireObject =>
  turn.role === 'user'
    ? { userInputMessage: writeUserTurn(turn.parts, `turns[${index}]`, index === 0 ? request.system : [], request.model, losses) }
    : { assistantResponseMessage: writeAssistantTurn(turn.parts, `turns[${index}]`, losses) };

const writeUserTurn = (parts: readonly UserPart[], path: string, system: readonly string[], model: string, losses: Loss[]): WireObject => {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const at = (index: number): string => `${path}.parts[${index}]`;
  const images = parts.flatMap((part, index) => (part.kind === 'image' ? writeImage(part, at(index), losses) : []));
  const toolResults = parts.flatMap((part, index) => (part.kind === 'tool-result' ? [writeToolResult(part, at(index), losses)] : []));
  parts.forEach((part, index) => {
    if (part.kind === 'file') losses.push({ path: at(index), why: 'Kiro takes no files' });
  });
  return {
    content: [...system, ...texts].join('\n\n'),
    modelId: modelId(model),
    origin: 'AI_EDITOR',
    ...(images.length > 0 && { images }),
    ...(toolResults.length > 0 && { userInputMessageContext: { toolResults } }),
  };
};

const writeAssistantTurn = (parts: readonly AssistantPart[], path: string, losses: Loss[]): WireObject => {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const toolUses = parts.flatMap((part, index) => {
    if (part.kind === 'reasoning') losses.push({ path: `${path}.parts[${index}]`, why: 'Kiro takes no reasoning back' });
    if (part.kind !== 'tool-call') return [];
    const { intact, text } = readArguments(part.arguments);
    if (!intact) losses.push({ path: `${path}.parts[${index}].arguments`, why: whyArgumentsWereWrapped });
    return [{ toolUseId: part.id, name: part.name, input: rawJson(text) }];
  });
  return { content: texts.join(''), ...(toolUses.length > 0 && { toolUses }) };
};

/** Kiro wants a description of every tool. */
const writeTool = ({ name, description, parameters }: ToolDefinition): WireObject => ({
  toolSpecification: { name, description: description ?? name, inputSchema: { json: { type: 'object', ...parameters } } },
});

/** Tools belong to the current message. The model always chooses among them; where it must not, they are left out. */
const withTools = (message: WireObject, { tools, toolChoice, parallelToolCalls }: ChatRequest, losses: Loss[]): WireObject => {
  const choice = toolChoice?.kind ?? 'auto';
  if (choice !== 'auto' && choice !== 'none') losses.push({ path: 'toolChoice', why: 'Kiro lets the model choose' });
  if (parallelToolCalls === false) losses.push({ path: 'parallelToolCalls', why: 'Kiro lets the model choose' });
  if (tools.length === 0 || choice === 'none') return message;
  const input = message['userInputMessage'] as WireObject;
  const context = { ...(input['userInputMessageContext'] as WireObject | undefined), tools: tools.map(writeTool) };
  return { userInputMessage: { ...input, userInputMessageContext: context } };
};
