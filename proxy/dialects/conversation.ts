import type {
  AssistantPart,
  ChatRequest,
  ContentPart,
  DialectId,
  Extensions,
  JsonObject,
  ToolCallPart,
  ToolOutput,
  ToolResultPart,
  Turn,
  UserPart,
} from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';
import { asObject, needArray, type WireObject } from './reading.ts';

type OpenTurn = { readonly role: 'user'; readonly parts: UserPart[] } | { readonly role: 'assistant'; readonly parts: AssistantPart[] };

/** Builds turns from a flat list of messages or items, as OpenAI's dialects write them. */
export interface Conversation {
  readonly system: readonly string[];
  readonly turns: readonly Turn[];
  readonly losses: Loss[];
  readonly addSystem: (text: string, path: string) => void;
  /** One user message. It joins the tool results before it (one turn, as other dialects want it) but not another user message. */
  readonly addUser: (parts: readonly UserPart[]) => void;
  /** Fills in the tool's name and kind from the matching earlier call. */
  readonly addToolResult: (result: ToolResultPart) => void;
  readonly addAssistant: (parts: readonly AssistantPart[], join: 'new-turn' | 'same-turn') => void;
}

export const newConversation = (): Conversation => {
  const system: string[] = [];
  const turns: OpenTurn[] = [];
  const losses: Loss[] = [];
  const calls = new Map<string, ToolCallPart>();
  let afterUserMessage = false;

  const userTurn = (fresh: boolean): UserPart[] => {
    const last = turns.at(-1);
    if (!fresh && last?.role === 'user') return last.parts;
    const parts: UserPart[] = [];
    turns.push({ role: 'user', parts });
    return parts;
  };
  const assistantTurn = (fresh: boolean): AssistantPart[] => {
    const last = turns.at(-1);
    if (!fresh && last?.role === 'assistant') return last.parts;
    const parts: AssistantPart[] = [];
    turns.push({ role: 'assistant', parts });
    return parts;
  };
  return {
    system,
    turns,
    losses,
    addSystem: (text, path) => {
      if (turns.length > 0) losses.push({ path, why: 'instructions in the middle of a conversation are moved to its front' });
      system.push(text);
    },
    addUser: (parts) => {
      if (parts.length === 0) return;
      userTurn(afterUserMessage).push(...parts);
      afterUserMessage = true;
    },
    addToolResult: (result) => {
      const call = calls.get(result.callId);
      const name = result.name ?? call?.name;
      const custom = result.custom ?? call?.custom;
      userTurn(false).push({ ...result, ...(name !== undefined && { name }), ...(custom && { custom }) });
      afterUserMessage = false;
    },
    addAssistant: (parts, join) => {
      if (parts.length === 0) return;
      for (const part of parts) if (part.kind === 'tool-call') calls.set(part.id, part);
      assistantTurn(join === 'new-turn').push(...parts);
      afterUserMessage = false;
    },
  };
};

/** Reads what a tool returned and keeps the sparse forms apart (sheet R3 (e) 1). */
export const readToolOutput = (
  holder: WireObject,
  key: string,
  path: string,
  readParts: (items: readonly unknown[], path: string) => readonly ContentPart[],
): ToolOutput => {
  const value = holder[key];
  if (value === undefined) return { form: 'missing' };
  if (value === null) return { form: 'null' };
  if (typeof value === 'string') return { form: 'text', text: value };
  return { form: 'parts', parts: readParts(needArray(value, `${path}.${key}`), `${path}.${key}`) };
};

/** Objects that only hold settings: of these, the settings are named. */
const holders = new Set(['generationConfig', 'output_config', 'text', 'reasoning', 'thinking', 'stream_options']);

const fieldsOf = (key: string, value: unknown): readonly string[] => {
  const inside = holders.has(key) ? Object.keys(asObject(value) ?? {}) : [];
  return inside.length === 0 ? [key] : inside.map((setting) => `${key}.${setting}`);
};

/** OpenAI's two dialects share these settings, names and values alike. */
const ofBothOpenAi = new Set(['metadata', 'service_tier', 'prompt_cache_key', 'prompt_cache_retention']);
const siblingOf: Partial<Readonly<Record<DialectId, DialectId>>> = { 'openai-chat': 'openai-responses', 'openai-responses': 'openai-chat' };

const isShared = (dialect: string, own: DialectId, field: string): boolean => dialect === siblingOf[own] && ofBothOpenAi.has(field);

/** What `own` can give back, and a loss for everything that only another dialect understands. */
export const ownExtensions = (
  extensions: Extensions,
  own: DialectId,
): { readonly fields: JsonObject; readonly losses: readonly Loss[] } => {
  const foreign = Object.entries(extensions).flatMap(([dialect, fields]) =>
    dialect === own ? [] : Object.entries(fields).map(([key, value]) => ({ dialect, key, value })),
  );
  const shared = foreign.filter(({ dialect, key }) => isShared(dialect, own, key));
  const losses = foreign
    .filter((field) => !shared.includes(field))
    .flatMap(({ dialect, key, value }) =>
      fieldsOf(key, value).map((field) => ({
        path: `extensions.${dialect}.${field}`,
        why: `a field of ${dialect} that has no neutral form`,
      })),
    );
  return { fields: { ...Object.fromEntries(shared.map(({ key, value }) => [key, value])), ...extensions[own] }, losses };
};

/** A loss for each of the named settings that the request has. */
export const lossesOfSettings = (request: ChatRequest, why: Partial<Readonly<Record<keyof ChatRequest, string>>>): readonly Loss[] =>
  Object.entries(why).flatMap(([key, reason]) => (request[key as keyof ChatRequest] === undefined ? [] : [{ path: key, why: reason }]));

/** The calls by their ids, as they are written; tells what of a result could not be found again by a reader. */
export const newToolNames = () => {
  const calls = new Map<string, ToolCallPart>();
  return {
    called: (call: ToolCallPart): void => void calls.set(call.id, call),
    lossOfName: (result: ToolResultPart, path: string): Loss[] =>
      result.name === undefined || calls.get(result.callId)?.name === result.name
        ? []
        : [{ path: `${path}.name`, why: 'tool results carry no name here, and no earlier call has this id and name' }],
    lossOfKind: (result: ToolResultPart, path: string): Loss[] =>
      result.custom === calls.get(result.callId)?.custom || !result.custom
        ? []
        : [{ path: `${path}.custom`, why: 'tool results do not say of which kind the tool is, and no earlier call has this id' }],
  };
};

export type ToolNames = ReturnType<typeof newToolNames>;

/** Models call a tool without arguments by writing nothing; clients and upstreams of OpenAI's dialects parse this as JSON. */
export const writtenArguments = (args: string): string => (args === '' ? '{}' : args);
