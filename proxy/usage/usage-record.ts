import type { Usage } from '../ir/chat.ts';
import type { Operation } from '../providers/provider.ts';
import type { SampledText } from './text-sample.ts';

/** How a request ended, as far as counting is concerned. */
export type UsageOutcome = 'success' | 'failure' | 'client-left';

/** One client request that has ended: streamed or not, failed, aborted or not, there is exactly one (sheet R11). */
export interface EndedRequest {
  /** Milliseconds since the epoch, when it began. */
  readonly at: number;
  readonly client: string;
  readonly dialect: string;
  readonly operation: Operation;
  readonly stream: boolean;
  /** As the client named it; empty when the request could not be read. */
  readonly requestedModel: string;
  /** Who answered last, or refused last; empty when nobody was asked. */
  readonly provider: string;
  readonly credential: string;
  readonly upstreamModel: string;
  readonly outcome: UsageOutcome;
  /** The status that the client was told; 499 when it left. */
  readonly status: number;
  /** Requests sent upstream for it. */
  readonly attempts: number;
  /** The model that answered instead of the requested one; empty when it was the requested one. */
  readonly fallbackModel: string;
  readonly durationMs: number;
  /** Until the answer began; absent when there was none. */
  readonly firstByteMs?: number | undefined;
  /** What is known of the tokens; absent when no upstream answered, so that none were spent. */
  readonly answered?: AnsweredRequest | undefined;
}

export interface AnsweredRequest {
  /** What the upstream said. */
  readonly usage?: Usage | undefined;
  /** What was sent, to count where the upstream said nothing; not asked for otherwise. */
  readonly input: () => SampledText;
  /** What came back, as far as it came; not asked for where the upstream said. */
  readonly output: () => SampledText;
}

/** Tokens of one request; `input` includes cached ones, `output` includes reasoning. */
export interface CountedTokens {
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number;
  readonly reasoning: number;
  /** Whether the upstream said nothing and the proxy counted by itself. */
  readonly estimated: boolean;
}

/** A request with its tokens; zero where none were spent. */
export interface UsageRecord extends Omit<EndedRequest, 'answered'> {
  /** Unique per request. */
  readonly id: string;
  readonly tokens: CountedTokens;
}

/** The request with its tokens. Written out: it is made for every request, and leaving one member out of a copy costs more than the others. */
export const recordOf = (request: EndedRequest, id: string, tokens: CountedTokens): UsageRecord => ({
  id,
  tokens,
  at: request.at,
  client: request.client,
  dialect: request.dialect,
  operation: request.operation,
  stream: request.stream,
  requestedModel: request.requestedModel,
  provider: request.provider,
  credential: request.credential,
  upstreamModel: request.upstreamModel,
  outcome: request.outcome,
  status: request.status,
  attempts: request.attempts,
  fallbackModel: request.fallbackModel,
  durationMs: request.durationMs,
  firstByteMs: request.firstByteMs,
});

/** One request that was sent to an upstream: a client's request may need several. */
export interface UpstreamAttempt {
  readonly provider: string;
  readonly credential: string;
  readonly model: string;
  /** The upstream's status; 0 when no answer came. */
  readonly status: number;
  /** `abandoned`: the client left while the upstream was still being asked, which says nothing of the upstream. */
  readonly outcome: 'answered' | 'failed' | 'abandoned';
  /** Until the whole answer, a stream's first event, or the refusal was there. */
  readonly latencyMs: number;
}

/** What listens to requests as they end. Never throws, never waits. */
export interface UsageListener {
  readonly requestEnded: (request: EndedRequest) => void;
  readonly attemptEnded: (attempt: UpstreamAttempt) => void;
  /** A request's body could only be routed by parsing it. */
  readonly bodyParsed: () => void;
}
