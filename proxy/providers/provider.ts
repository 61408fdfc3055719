import type { DialectId } from '../ir/chat.ts';

/** What a provider is asked to do for one attempt. */
export type Operation = 'generate' | 'compact' | 'count-tokens' | 'embeddings';

/** One credential of a provider, from config.yaml or from an auth file. Its secret never leaves through a log or an answer. */
export interface Credential {
  /** Stable, without the secret; used in logs and as the cooldown key. */
  readonly id: string;
  readonly provider: string;
  readonly baseUrl: string;
  readonly secret: string;
  /** Subscription tier where the credential tells it (the `chatgpt_plan_type` claim of a Codex id_token), lower case. */
  readonly plan?: string;
  /** Vendor fields of an auth file (account id, project id …). */
  readonly fields: Readonly<Record<string, string>>;
  /** Sent with every request of this credential, over what the provider sets. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ProviderRequest {
  readonly operation: Operation;
  /** Upstream model name, alias resolved. */
  readonly model: string;
  /** Whether the client wants a stream. */
  readonly stream: boolean;
  /** JSON text in the provider's dialect. */
  readonly body: string;
  /** Whether the body was made from another dialect's; else it is the client's own text. */
  readonly translated: boolean;
  readonly credential: Credential;
  /** Unique per attempt; for providers whose envelope carries an id. */
  readonly attemptId: string;
  /** Lower-case headers of the client's request when it speaks this provider's dialect, else none. Credentials are among them: pick by name. */
  readonly clientHeaders: Readonly<Record<string, string | undefined>>;
}

export interface ProviderCall {
  /** Appended to the credential's base URL; starts with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the answer will be an event stream (Codex and Antigravity's Claude models always stream). */
  readonly streams: boolean;
}

/** An upstream channel: its address, its credential header, its envelope. A new one is one file in this folder. */
export interface Provider {
  readonly id: string;
  readonly dialect: DialectId;
  readonly operations: readonly Operation[];
  /** Upstream ids that are served when the configuration names none. */
  readonly catalogue: readonly string[];
  /** `owned_by` in the model list. */
  readonly owner: string;
  readonly prepare: (request: ProviderRequest) => ProviderCall;
  /** Takes the provider's envelope off one answer or stream event (Antigravity's `{"response": …}`). */
  readonly unwrap?: (wire: unknown) => unknown;
}
