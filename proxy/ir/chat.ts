/**
 * The neutral conversation: what every dialect is decoded into and encoded from. It is nobody's vendor shape; a vendor-only field
 * lives in `extensions[dialect]` until a third dialect has it too.
 */

/**
 * `openai-completions` is a dialect of clients only: no provider speaks it, so its upstream half is never called. `kiro` is one of an
 * upstream only.
 */
export type DialectId = 'openai-chat' | 'openai-completions' | 'openai-responses' | 'anthropic-messages' | 'gemini-generate' | 'kiro';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** Vendor-only data, kept per dialect and given back only to that dialect, or under the same name to OpenAI's other one where it has that too. */
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
  /** How closely OpenAI's models look, as the client wrote it; absent for "auto". */
  readonly detail?: string;
}

/** A document that the model reads: PDF, text and the like. Files that a vendor stores (file ids) have no neutral form. */
export interface FilePart {
  readonly kind: 'file';
  readonly source:
    | { readonly kind: 'inline'; readonly mediaType: string; /** Base64, also of text. */ readonly data: string }
    /** Passed on, never fetched by the proxy. The media type is there when it is known to be another than PDF. */
    | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string };
  /** File name or title. */
  readonly name?: string;
}

/** What users and tools say: a tool's output may hold the same parts as a message. */
export type ContentPart = TextPart | ImagePart | FilePart;

export interface ToolCallPart {
  readonly kind: 'tool-call';
  /** The id as the client or upstream wrote it; kept across dialects that have ids. */
  readonly id: string;
  readonly name: string;
  /** JSON text, as models stream it; may be malformed when a model was cut off. Of a custom tool: its input, which is any text. */
  readonly arguments: string;
  /** A call of a tool that takes free text. Dialects without such tools carry the input as `{"input": "..."}`. */
  readonly custom?: true;
}

/** A page that a model names as its source. */
export interface UrlCitation {
  readonly url: string;
  readonly title?: string;
  /** Which characters of the part (Unicode code points, from 0, `end` excluded) rest on it; without them, all of the part. */
  readonly range?: { readonly start: number; readonly end: number };
  /** What the source says, where the dialect repeats it. */
  readonly quote?: string;
}

/** A token that might have been written, with the natural logarithm of its probability. */
export interface TokenAlternative {
  readonly token: string;
  readonly logprob: number;
  /** The token's UTF-8, where the dialect gives it: a character may be split over tokens. */
  readonly bytes?: readonly number[];
}

/** A token that was written, and the likeliest ones in its place. */
export interface TokenLogprob extends TokenAlternative {
  readonly top: readonly TokenAlternative[];
}

/** What a model says to its reader. */
export interface AnswerTextPart extends TextPart {
  /** The text says why there is no answer. Dialects without a place for that write it as ordinary text. */
  readonly refusal?: true;
  readonly citations?: readonly UrlCitation[];
  readonly logprobs?: readonly TokenLogprob[];
}

/**
 * What a tool returned, in the form in which it was written. The four sparse forms (missing, null, "" and []) differ on the wire
 * and must stay apart until a remedy joins them (sheet R3 (e) 1).
 */
export type ToolOutput =
  | { readonly form: 'missing' }
  | { readonly form: 'null' }
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'parts'; readonly parts: readonly ContentPart[] };

export interface ToolResultPart {
  readonly kind: 'tool-result';
  readonly callId: string;
  /** The tool's name where the dialect carries it, else found from the matching call. */
  readonly name?: string;
  readonly output: ToolOutput;
  readonly isError: boolean;
  /** Whether the call that this answers was one of a custom tool. */
  readonly custom?: true;
}

/** A model's reasoning. A signature is opaque and goes back only to the dialect that issued it. */
export interface ReasoningPart {
  readonly kind: 'reasoning';
  readonly text: string;
  readonly signature?: { readonly issuer: DialectId; readonly value: string };
}

export type UserPart = ContentPart | ToolResultPart;
export type AssistantPart = AnswerTextPart | ToolCallPart | ReasoningPart;

export type Turn =
  { readonly role: 'user'; readonly parts: readonly UserPart[] } | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[] };

export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments object; of a custom tool that of the function which stands for it elsewhere. */
  readonly parameters: JsonObject;
  /** A custom tool takes free text; absent means 'function'. */
  readonly kind?: 'function' | 'custom';
  /** The arguments have to follow the schema; absent where that was not asked for. */
  readonly strict?: true;
  /** What the free text of a custom tool has to follow. */
  readonly grammar?: { readonly syntax: string; readonly definition: string };
}

export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'required' }
  | { readonly kind: 'tool'; readonly name: string }
  /** Only the named tools may be called, and one of them has to be when it is required. */
  | { readonly kind: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly string[] };

/** The form of the answer; absent means text. */
export type OutputFormat =
  /** Some JSON object. */
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json-schema';
      readonly schema: JsonObject;
      readonly name?: string;
      readonly description?: string;
      /** Whether the answer has to follow the schema exactly; absent where the client did not choose. */
      readonly strict?: boolean;
    };

/** How much the model that is asked is to reason, within what it can. `visible`: whether its thoughts are wanted too. */
export type ReasoningPlan =
  | { readonly kind: 'off' }
  /** The model decides. */
  | { readonly kind: 'dynamic'; readonly visible: boolean }
  /** A known level, or a word that a model of the operator's own may know. */
  | { readonly kind: 'level'; readonly level: string; readonly visible: boolean }
  | { readonly kind: 'budget'; readonly tokens: number; readonly visible: boolean };

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
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly format?: OutputFormat;
  /** How many words the answer should use, as the client wrote it (for example "low"). */
  readonly verbosity?: string;
  /** Whether the answer may hold more than one tool call; every dialect's default is yes. */
  readonly parallelToolCalls?: boolean;
  /** Asks for the log probabilities of the tokens, and of so many others beside each. */
  readonly logprobs?: { readonly top?: number };
  /** Who asks: an opaque name of the end user. */
  readonly user?: string;
  /** Like `user`, but only for the vendor's detection of abuse; OpenAI has both. */
  readonly safetyIdentifier?: string;
  /** The level as the client wrote it (for example "high"); not checked here. */
  readonly reasoningEffort?: string;
  /** Thinking budget in tokens. */
  readonly reasoningBudget?: number;
  /** What the two above come to for the model that is asked; encoders write it as it is and look at them no more. */
  readonly reasoningPlan?: ReasoningPlan;
  /** Whether a streamed answer must carry usage (Chat's `stream_options.include_usage`; always true in the other dialects). */
  readonly wantsUsage: boolean;
  readonly extensions: Extensions;
}

export interface Usage {
  /** Tokens; `input` includes cached tokens, `output` includes reasoning tokens. */
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  /** Part of `input` too. */
  readonly cacheWrites?: number;
  readonly reasoning?: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
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
  | { readonly kind: 'part-start'; readonly index: number; readonly part: 'text'; readonly refusal?: true }
  | { readonly kind: 'part-start'; readonly index: number; readonly part: 'reasoning' }
  | {
      readonly kind: 'part-start';
      readonly index: number;
      readonly part: 'tool-call';
      readonly id: string;
      readonly name: string;
      readonly custom?: true;
    }
  /** Text, reasoning text, or a piece of a call's arguments, by the part's kind. Text may come with its tokens, these even alone. */
  | { readonly kind: 'delta'; readonly index: number; readonly text: string; readonly logprobs?: readonly TokenLogprob[] }
  /** Of a text part, at any time before its end. */
  | { readonly kind: 'citation'; readonly index: number; readonly citation: UrlCitation }
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
  /** More of what programs can read; only OpenAI's envelope has room for it. */
  readonly data?: Readonly<Record<string, string | number>>;
}
