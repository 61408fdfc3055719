import type { ChatRequest, JsonObject, Turn, UserPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { ownExtensions } from '../conversation.ts';
import { customToolsAsFunctions } from '../custom-tools.ts';
import { rawJson, writeJson } from '../splice-json.ts';
import { asObject, without, type WireObject } from '../reading.ts';
import { mergeTurns, toolNamesById } from '../turns.ts';
import { mediaToWire } from './media.ts';
import { writeModelParts } from './model-parts.ts';
import { unsaidSettings, writeSettings } from './settings.ts';
import { writeThinking } from './thinking.ts';
import { writeToolOutput } from './tool-output.ts';
import { writeToolChoice, writeTools } from './tools.ts';
import { own } from './wire.ts';

/**
 * Writes a body of `generateContent` as JSON text; model and mode belong into the path. Turns alternate, as Google wants all results of
 * one turn's calls in one content; in the paths of losses, turns are counted after neighbours of one role were joined.
 */
export const encodeRequest = (asked: ChatRequest): Translated<string> => {
  const { value: request, losses: lostOfTools } = customToolsAsFunctions(asked);
  const { fields, losses: foreign } = ownExtensions(request.extensions, own);
  const losses: Loss[] = [...foreign, ...lostOfTools, ...unsaidSettings(request)];
  const tools = writeTools(request.tools, fields['tools'], losses);
  const generationConfig = writeGeneration(request, fields, losses);
  const wire = {
    ...without(fields, new Set(['tools', 'generationConfig'])),
    contents: writeContents(request, losses),
    ...(request.system.length > 0 && { systemInstruction: { parts: request.system.map((text) => ({ text })) } }),
    ...(tools.length > 0 && { tools }),
    ...(request.toolChoice && { toolConfig: writeToolChoice(request.toolChoice) }),
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
  };
  return { value: writeJson(wire), losses };
};

const writeGeneration = (request: ChatRequest, fields: JsonObject, losses: Loss[]): WireObject => {
  const { thinkingConfig: vendor, ...rest } = asObject(fields['generationConfig']) ?? {};
  const thinkingConfig = writeThinking(request, vendor, losses);
  return {
    ...rest,
    ...writeSettings(request, losses),
    ...(Object.keys(thinkingConfig).length > 0 && { thinkingConfig }),
  };
};

const writeContents = (request: ChatRequest, losses: Loss[]): readonly WireObject[] => {
  const names = toolNamesById(request.turns);
  return mergeTurns(request.turns).flatMap((turn, index) => {
    const path = `turns[${index}].parts`;
    const parts = writeTurn(turn, path, names, losses);
    if (parts.length === 0) losses.push({ path, why: 'nothing is left of this turn' });
    return parts.length > 0 ? [{ role: turn.role === 'user' ? 'user' : 'model', parts }] : [];
  });
};

const writeTurn = (turn: Turn, path: string, names: ReadonlyMap<string, string>, losses: Loss[]): readonly WireObject[] => {
  if (turn.role === 'user') return turn.parts.map((part, index) => writeUserPart(part, `${path}[${index}]`, names, losses));
  const sign = ({ issuer, value }: { readonly issuer: string; readonly value: string }) => (issuer === own ? value : undefined);
  return writeModelParts(turn.parts, path, { sign, argumentsOf: ({ text }) => rawJson(text), losses });
};

const writeUserPart = (part: UserPart, path: string, names: ReadonlyMap<string, string>, losses: Loss[]): WireObject => {
  if (part.kind === 'text') return { text: part.text };
  if (part.kind !== 'tool-result') return mediaToWire(part, path, losses);
  const name = part.name ?? names.get(part.callId);
  if (name === undefined) losses.push({ path: `${path}.name`, why: 'Gemini demands a name, and no call matches; the id stands for it' });
  return { functionResponse: { id: part.callId, name: name ?? part.callId, ...writeToolOutput(part, `${path}.output`, losses) } };
};
