/**
 * The surface that some known proxy version shows, as data: one file per persona in this folder, found by name (`persona` in config.yaml).
 * Where a field says `documented`, the proxy does what the troubleshooting page describes, done right. Every other value is a literal
 * behaviour of a build, with its source in the fact sheets.
 */
export interface Persona {
  /** Equals the file name. */
  readonly id: string;
  readonly about: string;
  readonly surface: SurfacePolicy;
  readonly errors: ErrorPolicy;
  readonly answers: AnswerPolicy;
  readonly streams: StreamPolicy;
  readonly sockets: SocketPolicy;
  readonly models: ModelPolicy;
  readonly management: ManagementPolicy;
  readonly requests: RequestPolicy;
  readonly usage: UsagePolicy;
  readonly routing: RoutingPolicy;
  /** Remedies of this proxy that a build does not have; they are off in addition to those of `remedies.off`. */
  readonly remediesOff: readonly string[];
}

/** Which endpoints there are, and what they say. */
export interface SurfacePolicy {
  readonly health: 'full' | 'absent';
  readonly healthz: 'full' | 'status-only' | 'absent';
  readonly root: 'absent' | 'endpoints';
  /** `GET /v1/metrics/providers`. `by-client-word`: without a key, and keyed by the first word of the client's key (sheet 1.7). */
  readonly providerMetrics: 'by-provider' | 'by-client-word' | 'absent';
  readonly prometheus: 'present' | 'absent';
  /** `Access-Control-Allow-Origin: *` on every answer, and 204 to `OPTIONS`. */
  readonly crossOrigin: 'none' | 'everybody';
  readonly unknownPath: 'envelope' | 'text' | 'empty';
}

/** Who words an error that has not begun to stream. */
export interface ErrorPolicy {
  /** For all dialects but Anthropic's. `rule-a`: the upstream's JSON as it came, everything else wrapped by status (sheet 1.4). */
  readonly envelope: 'dialect' | 'rule-a';
  /** For Anthropic's. `rule-b`: always Anthropic's own envelope, with the upstream's type and message where it has some. */
  readonly anthropicEnvelope: 'dialect' | 'rule-a' | 'rule-b';
  readonly clientKey: 'envelope' | 'plain-string';
  /** What a key of the example file in `api-keys` does. */
  readonly templateKeys: 'refused' | 'safe-mode' | 'work';
}

/** Headers and names of good answers. */
export interface AnswerPolicy {
  /** Limits, request ids, and when to come back; `when-configured`: only with `passthrough-headers`. */
  readonly upstreamHeaders: 'useful' | 'when-configured';
  readonly retryAfter: 'sent' | 'when-configured';
  /** `X-CPA-TRACE-ID`: the position of the credential that was asked last. */
  readonly traceId: 'absent' | 'credential';
  /** The name that an answer shows of an aliased model. */
  readonly modelName: 'asked-where-translated' | 'upstream' | 'upstream-unless-forced';
  readonly buffering: 'x-accel-buffering' | 'unsaid';
}

/** Streams that fail, and streams that are silent. */
export interface StreamPolicy {
  /** How a stream ends whose upstream ends without its terminal event, by the client's dialect; `error` where it is not named. */
  readonly truncated: Readonly<Record<string, 'done' | 'silent' | 'error'>>;
  /** Type of an error in an Anthropic stream. */
  readonly anthropicErrorType: 'by-status' | 'api_error';
  /** `sequence_number` of an error in a Responses stream. */
  readonly responsesErrorNumber: 'next' | 'zero';
  /** Errors in streams of Chat and Gemini. */
  readonly otherErrors: 'dialect' | 'rule-a';
  readonly keepAlive: 'from-start' | 'after-first-payload';
}

/** Responses over WebSocket (sheet X4). */
export interface SocketPolicy {
  /** `cut`: a request's own fault is a frame and then the end of the connection; everything else is the end without a word. */
  readonly failure: 'frame' | 'cut';
  readonly completedEvent: 'response.completed' | 'response.done';
}

/** `GET /v1/models` and whose models there are. */
export interface ModelPolicy {
  /** What makes the list Anthropic's. */
  readonly anthropicShape: 'header-or-agent' | 'agent';
  /** Ids of other vendors in Anthropic's list, undone on `/v1/messages`. */
  readonly anthropicIds: 'plain' | 'cloaked';
  /** Providers that were removed: their credentials load and serve nothing. */
  readonly providersAbsent: readonly string[];
}

/** `/v0/management`. */
export interface ManagementPolicy {
  /** Headers of every answer of a management API that is switched on. */
  readonly headers: 'wireproof-version' | Readonly<Record<string, string>>;
  readonly guessing: 'back-off' | Ban;
  readonly errors: 'with-code' | 'error-only';
  readonly whenOff: 'envelope' | 'empty';
  /**
   * A change that the disk would not take is in force; `called-a-failure`: it is in force and answered with 500, except that a whole new
   * file is not put in force then (sheet row 15 e1).
   */
  readonly unsaved: 'told' | 'called-a-failure';
  /** `emptied-first`: in place, also where there is no room for the new text, and a whole new file is tried out beside it (row 15 b, e8). */
  readonly saving: 'safe' | 'emptied-first';
  /** A plain management key in the file: hashed when the configuration says so, or always and without a word where that fails (row 15 e6). */
  readonly plainKey: 'hashed-when-configured' | 'hashed-in-silence';
  /** Endpoints that a build does not have. */
  readonly absent: readonly string[];
}

export interface Ban {
  readonly failures: number;
  readonly minutes: number;
  /** Whether callers on the same machine are banned, too. */
  readonly local: 'counted' | 'exempt';
  /** Whether a request without a key is a failure. */
  readonly keyless: 'counted' | 'exempt';
}

export interface RequestPolicy {
  /** Content encodings of request bodies. `undecoded`: taken for text, in which no model is found. */
  readonly encodings: 'decoded' | 'undecoded' | 'refused-for-openai';
}

export interface UsagePolicy {
  /** Answers of which the upstream tells no tokens. */
  readonly withoutTokens: 'estimated' | 'dropped';
}

/** What a failure does to a credential, and what clients are told when none is left (sheets 1.6, S3, S4, S5). */
export interface RoutingPolicy {
  /** Milliseconds that an upstream's status takes a (credential, model) out of service, where the upstream gives no hint. */
  readonly cooldownMs: Readonly<Record<number, number>>;
  /** For 4xx and 5xx statuses that `cooldownMs` does not name. 0: none. */
  readonly otherStatusMs: number;
  /** 429 without a hint: this long at first, doubled per window up to the ceiling. */
  readonly quotaMs: { readonly first: number; readonly ceiling: number };
  /** Longest time that an upstream's own hint is believed. */
  readonly longestHintMs: number;
  /** A challenge page of Cloudflare is treated like a 429, for at least so long. */
  readonly challengeMs: number;
  /** Statuses after which another round may be asked (S5); transport faults always allow one. */
  readonly retriedStatuses: readonly number[];
  /** Whose fault a 401 is that says `invalid_request_error`: OpenAI's answer to a dead key, which builds take for the client's fault (S5). */
  readonly deadKeyBody: 'credential' | 'request';
  /** Which of a provider's lists an account gets whose token claims no plan, or one that nobody knows (row 13). */
  readonly unknownPlan: 'smallest' | 'largest';
  /** What happens after a refusal that is the request's own fault: told at once, or every credential is asked. */
  readonly requestFaults: 'stop' | 'ask-all';
  /** Whether a model that was hidden is listed again when the last of its cooldowns expires, without a success. */
  readonly unhidesOnExpiry: boolean;
  /** The answer when no credential is usable for reasons other than quota. `literal`: in the words `auth_unavailable: no auth available`. */
  readonly noCredential: { readonly status: 500 | 503; readonly namesProvidersAndModel: boolean; readonly words: 'explained' | 'literal' };
  /** Whether `model_cooldown` tells what the last answer of the upstream was. */
  readonly cooldownTellsLastError: boolean;
  /** The answer to a model that nobody serves. `unknown provider for model X`, with X as it was sent, unless it is explained. */
  readonly unknownModel: { readonly status: 400 | 404 | 502; readonly words: 'explained' | 'unknown-provider' };
  /**
   * Whether the codes of an invalid request make a failure the request's own whatever its status (S5). `before-model`: also where a 404
   * would else say that the model is not there.
   */
  readonly faultsByBody: 'after-model' | 'before-model' | 'never';
  /** What follows a 4xx of no known meaning, such as 406: it is told at once, or everybody is asked. */
  readonly otherRefusals: 'stop' | 'ask-all';
  /** Whether a cooldown after 5xx, 408 or an unknown status turns requests away when nobody else is left. */
  readonly transientTurnsAway: boolean;
  /** Whether a refused token is renewed and shown once more. */
  readonly renewsRefusedTokens: boolean;
}

/** Identity; gives a persona file its type. */
export const definePersona = (persona: Persona): Persona => persona;
