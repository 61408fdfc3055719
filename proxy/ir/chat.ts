/**
 * The neutral conversation: what every dialect is decoded into and encoded from. It is nobody's vendor shape; a vendor-only field
 * lives in `extensions[dialect]` until a third dialect has it too.
 */

/** `openai-completions` is a dialect of clients only: no provider speaks it, so its upstream half is never called. */
export type DialectId = 'openai-chat' | 'openai-completions' | 'openai-responses' | 'anthropic-messages' | 'gemini-generate';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** Vendor-only data, kept per dialect and given back only to that dialect. */
export type Extensions = Partial<Record<DialectId, JsonObject>>;

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
}

export interface ImagePart {
  readonly kind: 'image';
  /** Inline data is base64 without a `data:` prefix. A URL is passed on and never fetched by the proxy. */
  readonly source:
    { readonly kind: 'inline'; readonly mediaType?: string; readonly data: string } | { readonly kind: 'url'; readonly url: string };
}

export interface ToolCallPart {
  readonly kind: 'tool-call';
  /** The id as the client or upstream wrote it; kept across dialects that have ids. */
  readonly id: string;
  readonly name: string;
  /** JSON text, as models stream it; may be malformed when a model was cut off. */
  readonly arguments: string;
}

/**
 * What a tool returned, in the form in which it was written. The four sparse forms (missing, null, "" and []) differ on the wire
 * and must stay apart until a remedy joins them (sheet R3 (e) 1).
 */
export type ToolOutput =
  | { readonly form: 'missing' }
  | { readonly form: 'null' }
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'parts'; readonly parts: readonly (TextPart | ImagePart)[] };

export interface ToolResultPart {
  readonly kind: 'tool-result';
  readonly callId: string;
  /** The tool's name where the dialect carries it, else found from the matching call. */
  readonly name?: string;
  readonly output: ToolOutput;
  readonly isError: boolean;
}

/** A model's reasoning. A signature is opaque and goes back only to the dialect that issued it. */
export interface ReasoningPart {
  readonly kind: 'reasoning';
  readonly text: string;
  readonly signature?: { readonly issuer: DialectId; readonly value: string };
}

export type UserPart = TextPart | ImagePart | ToolResultPart;
export type AssistantPart = TextPart | ToolCallPart | ReasoningPart;

export type Turn =
  { readonly role: 'user'; readonly parts: readonly UserPart[] } | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[] };

export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments object. */
  readonly parameters: JsonObject;
}

export type ToolChoice =
  { readonly kind: 'auto' } | { readonly kind: 'none' } | { readonly kind: 'required' } | { readonly kind: 'tool'; readonly name: string };

export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  /** System or developer instructions, in order. */
  readonly system: readonly string[];
  readonly turns: readonly Turn[];
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice?: ToolChoice;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly stop?: readonly string[];
  /** The level as the client wrote it (for example "high"); not checked here. */
  readonly reasoningEffort?: string;
  /** Thinking budget in tokens. */
  readonly reasoningBudget?: number;
  /** Whether a streamed answer must carry usage (Chat's `stream_options.include_usage`; always true in the other dialects). */
  readonly wantsUsage: boolean;
  readonly extensions: Extensions;
}

export interface Usage {
  /** Tokens; `input` includes cached tokens, `output` includes reasoning tokens. */
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly reasoning?: number;
}

export type StopReason = 'end' | 'length' | 'tool-calls' | 'stop-sequence' | 'refusal' | 'other';

export interface ChatResponse {
  readonly id: string;
  readonly model: string;
  readonly parts: readonly AssistantPart[];
  readonly stop: { readonly reason: StopReason; readonly raw?: string };
  /** Absent when the upstream sent none; never invented. */
  readonly usage?: Usage;
}

/** One step of a streamed answer. Parts are numbered from 0 in the order in which they start; several may be open at once. */
export type ChatEvent =
  | { readonly kind: 'start'; readonly id: string; readonly model: string }
  | { readonly kind: 'part-start'; readonly index: number; readonly part: 'text' | 'reasoning' }
  | { readonly kind: 'part-start'; readonly index: number; readonly part: 'tool-call'; readonly id: string; readonly name: string }
  /** Text, reasoning text, or a piece of the arguments' JSON text, by the part's kind. */
  | { readonly kind: 'delta'; readonly index: number; readonly text: string }
  | { readonly kind: 'signature'; readonly index: number; readonly issuer: DialectId; readonly value: string }
  | { readonly kind: 'part-end'; readonly index: number }
  | { readonly kind: 'stop'; readonly reason: StopReason; readonly raw?: string; readonly usage?: Usage }
  | { readonly kind: 'error'; readonly error: ErrorInfo };

/** An error on its way to a client, whoever made it. `status` is the HTTP status that the client gets. */
export interface ErrorInfo {
  readonly status: number;
  readonly message: string;
  /** The vendor's `type`, where it had one. */
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  readonly retryAfterSeconds?: number;
  readonly requestId?: string;
}
