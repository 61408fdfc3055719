import type { AssistantPart, ChatRequest, ToolChoice, ToolDefinition, Turn, UserPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { lossesOfSettings, newToolNames, ownExtensions } from '../conversation.ts';
import { customToolsAsFunctions } from '../custom-tools.ts';
import { writeJson } from '../splice-json.ts';
import { asArray, asObject, present, type WireObject } from '../reading.ts';
import { mergeTurns } from '../turns.ts';
import { writeAssistantPart, writeUserPart } from './blocks.ts';
import { withTakenCallIds } from './call-ids.ts';
import { withFormat } from './output-config.ts';
import { sampledAsThinkingAllows, unlessToolsAreForced } from './thinking-rules.ts';
import { writeThinking } from './thinking.ts';
import { own } from './wire.ts';

/**
 * Writes a body of `POST /v1/messages`: turns alternate, and the results of tools come first in their turn. In
 * the paths of losses, turns are counted after neighbours of one role were joined.
 */
export const encodeRequest = (asked: ChatRequest): Translated<string> => {
  const { value: request, losses: lostOfTools } = customToolsAsFunctions(asked);
  const { fields, losses: foreign } = ownExtensions(request.extensions, own);
  const losses: Loss[] = [...foreign, ...lostOfTools, ...lossesOfSettings(request, whyUnsaid)];
  const { tools: serverTools, metadata, ...rest } = fields;
  const thinking = writeThinking(unlessToolsAreForced(request, losses), fields, losses);
  const tools = [...request.tools.map(writeTool), ...(asArray(serverTools) ?? [])];
  const wire = {
    ...rest,
    model: request.model,
    ...(request.stream && { stream: true }),
    ...(request.system.length > 0 && { system: request.system.map((text) => ({ type: 'text', text })) }),
    messages: writeMessages(withTakenCallIds(request.turns), losses),
    ...(tools.length > 0 && { tools }),
    ...present({ tool_choice: writeToolChoice(request, tools.length > 0, losses) }),
    ...present({ temperature: request.temperature, top_p: request.topP, top_k: request.topK, stop_sequences: request.stop }),
    ...present({ metadata: writeMetadata(request, metadata, losses) }),
    ...thinking,
    ...present({ output_config: withFormat(thinking['output_config'], request.format, losses) }),
  };
  return { value: writeJson(sampledAsThinkingAllows(wire, losses)), losses };
};

const whyUnsaid = {
  seed: 'Anthropic has no seed',
  frequencyPenalty: 'Anthropic has no penalties',
  presencePenalty: 'Anthropic has no penalties',
  logprobs: 'Anthropic gives no log probabilities',
  verbosity: 'Anthropic has no verbosity',
};

/** Anthropic demands `type` in a schema; a tool without parameters is written without it elsewhere. */
const writeTool = ({ name, description, parameters, strict }: ToolDefinition): WireObject => ({
  name,
  ...present({ description, strict }),
  input_schema: { type: 'object', ...parameters },
});

/** At most one call at a time is a matter of the choice here; where no tool can be called it says nothing, and Anthropic refuses it. */
const writeToolChoice = (request: ChatRequest, hasTools: boolean, losses: Loss[]): WireObject | undefined => {
  const { toolChoice: choice, parallelToolCalls } = request;
  const atMostOne = parallelToolCalls === false && hasTools && choice?.kind !== 'none' ? { disable_parallel_tool_use: true } : {};
  if (!choice) return Object.keys(atMostOne).length > 0 ? { type: 'auto', ...atMostOne } : undefined;
  if (choice.kind === 'allowed') losses.push({ path: 'toolChoice.names', why: 'Anthropic has no choice among several tools' });
  return { type: typeOf(choice), ...(choice.kind === 'tool' && { name: choice.name }), ...atMostOne };
};

const typeOf = (choice: ToolChoice): string => {
  const kind = choice.kind === 'allowed' ? choice.mode : choice.kind;
  return kind === 'required' ? 'any' : kind;
};

/** Anthropic's name of the end user serves its detection of abuse. */
const writeMetadata = ({ user, safetyIdentifier }: ChatRequest, own: unknown, losses: Loss[]): WireObject | undefined => {
  const userId = safetyIdentifier ?? user;
  if (user !== undefined && user !== userId)
    losses.push({ path: 'user', why: 'Anthropic has one name for the end user: safetyIdentifier' });
  const metadata = { ...asObject(own), ...present({ user_id: userId }) };
  return Object.keys(metadata).length > 0 ? metadata : undefined;
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
    if (part.kind === 'tool-call') names.called(part);
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
  const placed = parts.map((part, index) => ({ part, at: `${path}.parts[${index}]` }));
  const kept = placed.filter(({ part, at }) => !isEmptyText(part, at, losses));
  const isResult = ({ part }: (typeof placed)[number]): boolean => part.kind === 'tool-result';
  const sorted = [...kept.filter(isResult), ...kept.filter((each) => !isResult(each))];
  if (sorted.some((each, index) => each !== kept[index])) {
    losses.push({ path: `${path}.parts`, why: 'Anthropic wants tool results before everything else in a turn; the order is changed' });
  }
  return sorted.flatMap(({ part, at }) => {
    const block = writeUserPart(part, at, losses);
    return block ? [block] : [];
  });
};

const writeAssistantTurn = (parts: readonly AssistantPart[], path: string, losses: Loss[]): readonly WireObject[] =>
  parts.flatMap((part, index) => {
    const at = `${path}.parts[${index}]`;
    const block = isEmptyText(part, at, losses) ? undefined : writeAssistantPart(part, at, losses);
    return block ? [block] : [];
  });
