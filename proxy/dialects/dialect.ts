import type { ChatEvent, ChatRequest, ChatResponse, DialectId, ErrorInfo, ReasoningPlan, Usage } from '../ir/chat.ts';
import type { Translated } from '../ir/loss.ts';
import type { PlainPiece } from './plain-piece.ts';
import type { WireObject } from './reading.ts';

/** One server-sent event, without its framing. */
export interface WireEvent {
  readonly event?: string;
  readonly data: string;
}

/** A synchronous converter: push one thing, get what it became; at the end, get what is still owed. */
export interface Machine<In, Out> {
  readonly push: (input: In) => readonly Out[];
  /** Call once, when the input ended cleanly or not. */
  readonly finish: () => readonly Out[];
}

/** What the URL says and the body does not (Gemini carries the model and the mode in the path). */
export interface RequestAddress {
  readonly model?: string;
  readonly stream?: boolean;
}

/** A dialect's answer to "how many tokens would this request be?". */
export interface TokenCountCodec {
  /** `undefined` when no number of tokens is in it. */
  readonly decode: (wire: unknown) => number | undefined;
  readonly encode: (tokens: number) => unknown;
}

/** Where a body of the dialect says how much to reason; read and written without decoding the rest. */
export interface ReasoningPlace {
  /** `undefined` values mean that nothing is asked for, or nothing that can be read: the upstream judges it. */
  readonly read: (body: WireObject) => { readonly reasoningEffort?: string; readonly reasoningBudget?: number };
  /** New values of top-level keys, so that the plan is asked for instead; `undefined` takes a key out. No plan: nothing is asked for. */
  readonly edits: (body: WireObject, plan: ReasoningPlan | undefined) => Translated<WireObject>;
}

/** Folds a stream into the whole answer of the same dialect, so that nothing is lost that has no neutral form. */
export interface StreamFolder {
  readonly push: (event: WireEvent) => void;
  /** `undefined` while no event told that the answer is whole. */
  readonly result: () => unknown;
}

/**
 * One vendor API on the wire. Pure and synchronous: no I/O, no clock, no randomness; ids are handed in.
 * A decoder accepts unknown JSON and throws `ProxyError('invalid-request')` when it cannot be read.
 */
export interface Dialect {
  readonly id: DialectId;
  readonly decodeRequest: (wire: unknown, address: RequestAddress) => Translated<ChatRequest>;
  /** JSON text, not a tree: an encoder may pass a fragment through as it was written. */
  readonly encodeRequest: (request: ChatRequest) => Translated<string>;
  readonly decodeResponse: (wire: unknown) => Translated<ChatResponse>;
  readonly encodeResponse: (response: ChatResponse, about: ResponseAbout) => Translated<unknown>;
  /** Reads a vendor's error answer of this dialect; `undefined` when the body is not this dialect's envelope. */
  readonly decodeError: (status: number, wire: unknown) => ErrorInfo | undefined;
  /** This dialect's own error envelope. */
  readonly encodeError: (error: ErrorInfo) => unknown;
  readonly newStreamDecoder: () => Machine<WireEvent, ChatEvent>;
  readonly newStreamEncoder: (about: ResponseAbout & { readonly wantsUsage: boolean }) => Machine<ChatEvent, WireEvent>;
  /** For dialects whose whole answers may pass as they come: the upstream's count, without reading anything else. */
  readonly usageIn?: (answer: unknown) => Usage | undefined;
  /** For dialects whose streams pass mostly unread: which events are only the next piece of a text. */
  readonly textPiece?: PlainPiece;
  /** For dialects that upstreams speak. */
  readonly reasoning?: ReasoningPlace;
  /** For dialects whose API counts tokens. */
  readonly tokenCount?: TokenCountCodec;
  /** For dialects whose streams carry the whole answer at their end. */
  readonly newStreamFolder?: () => StreamFolder;
}

export interface ResponseAbout {
  /** The model name that the client is shown. */
  readonly model: string;
  /** Unix seconds, for dialects that stamp their answers. */
  readonly createdAt: number;
  /** Names of the tools that the client declared as custom ones: a function call of one of them is shown as a custom call. */
  readonly customTools?: ReadonlySet<string>;
}
