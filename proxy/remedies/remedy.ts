import type { RenewalRule } from '../credentials/renewal-rules.ts';
import type { ChatRequest, ErrorInfo } from '../ir/chat.ts';
import type { Credential, Operation, ProviderCall } from '../providers/provider.ts';

/** A request as it arrived, before any dialect has read it. */
export interface Arrival {
  readonly operation: Operation;
  readonly dialect: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The decoded JSON body. */
  readonly body: unknown;
  readonly bodyBytes: number;
}

/** One attempt that is about to be sent upstream. */
export interface Attempt {
  readonly provider: string;
  readonly model: string;
  /** The model that the client asked for. */
  readonly requestedModel: string;
  readonly operation: Operation;
  readonly credential: Credential;
  readonly call: ProviderCall;
  /** Milliseconds since the epoch, from the injected clock. */
  readonly now: number;
  /** Unique per attempt, from the injected id source. */
  readonly attemptId: string;
  /** Limit in bytes that config sets for this model, when it sets one. */
  readonly maxBodyBytes?: number;
}

/** An upstream answer that is not 2xx. */
export interface Failure extends Attempt {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bodyText: string;
  /** Failures of this (credential, model) with this status so far, this one included. */
  readonly repeated: number;
  /**
   * Requests for this model so far that were refused because the model is not served (see routing/model-support), by whichever
   * credential, those turned away by a cooldown included; this one included when it is of that class, else 0.
   */
  readonly modelRefusals: number;
}

/** A request for a stream in the upstream's own dialect: both ways its bytes pass as they are, unless a remedy wants otherwise. */
export interface OwnStream {
  readonly dialect: string;
  /** As the client sent it. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What is different for the upstream, and how the client does not notice. */
export interface OwnStreamChange {
  /** Top-level members of the request to set. */
  readonly asks: Readonly<Record<string, unknown>>;
  /** The data of one event as the client gets it; `undefined` leaves the event out. */
  readonly shows: (data: string) => string | undefined;
}

export type FailureVerdict =
  /** Try the same credential once more, changed. */
  | { readonly kind: 'retry'; readonly call: ProviderCall }
  /** Continue with another model, when config names one for the requested model. */
  | { readonly kind: 'fallback'; readonly because: string };

/**
 * A switchable unit: one thing done right. Every hook is optional; a route on which no enabled remedy has a hook stays a pipe.
 * Named after what it does; cited by the row of the page that it cures.
 */
export interface Remedy {
  /** Equals the file name. */
  readonly id: string;
  /** The page's row, or its section on rate limits. */
  readonly matrixRow: number | 'rate-limits';
  readonly about: string;
  /** May throw a ProxyError to refuse the request before anything else looks at it. */
  readonly onArrival?: (arrival: Arrival) => void;
  /** Content encodings of requests that it can decode, by name. */
  readonly decodeRequestBody?: Readonly<Record<string, (bytes: Buffer, maxBytes: number) => Promise<Buffer>>>;
  /** Says that the amount of reasoning is carried to the upstream and checked; `relay/steer-reasoning.ts` asks for it. */
  readonly steersReasoning?: true;
  /** Changes the neutral request before it is encoded for the upstream. Same-dialect traffic does not pass here. */
  readonly onNeutralRequest?: (request: ChatRequest) => ChatRequest;
  /** Changes a stream that is not translated. Asked once for the request and once for its answer. */
  readonly onOwnStream?: (stream: OwnStream) => OwnStreamChange | undefined;
  /** May throw a ProxyError, or change path, headers or body. */
  readonly onAttempt?: (attempt: Attempt) => ProviderCall;
  readonly onFailure?: (failure: Failure) => FailureVerdict | undefined;
  /** How long (ms) this failure takes the credential out of service for this model; undefined leaves it in. */
  readonly cooldownMs?: (failure: Failure) => number | undefined;
  /** Whether, when a quota's wait is over, one request finds out whether the upstream serves again before others are sent. */
  readonly triesQuotaAlone?: true;
  /** What OAuth accounts do when they renew their tokens. */
  readonly renews?: RenewalRule;
  /** Whether no further round asks this credential for this model, although the status would allow one. */
  readonly isFinal?: (failure: Failure) => boolean;
  /** Finds a refusal in the text of a 2xx answer that is no event stream; the client then gets an error instead of a success. */
  readonly refusalIn?: (attempt: Attempt, text: string) => ErrorInfo | undefined;
  /** A sentence for the operator's log when this failure deserves one. */
  readonly alert?: (failure: Failure) => string | undefined;
  /** Whether an answer of which the upstream told no tokens is counted with an estimate of its texts; without, it counts for none. */
  readonly estimatesOmittedUsage?: true;
  /** Rewrites what the client is told about an upstream failure. */
  readonly onError?: (error: ErrorInfo, failure: Failure) => ErrorInfo;
}

/** Identity; gives a remedy file its type and a place to look up what it may do. */
export const defineRemedy = (remedy: Remedy): Remedy => remedy;
