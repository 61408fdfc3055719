import type { Loss } from '../ir/loss.ts';
import type { WireBody } from '../json/json-body.ts';
import type { DialectId } from '../ir/chat.ts';
import type { OAuth } from './oauth.ts';

/** What a provider is asked to do for one attempt. */
export type Operation = 'generate' | 'compact' | 'count-tokens' | 'embeddings';

/** One credential of a provider, from config.yaml or from an auth file. Its secret never leaves through a log or an answer. */
export interface Credential {
  /** Stable, without the secret; used in logs and as the cooldown key. */
  readonly id: string;
  readonly provider: string;
  readonly baseUrl: string;
  /** The base URL is the vendor's word (a token's answer may name a host) and not the operator's: it may not lead into a private network. */
  readonly publicOnly?: true;
  readonly secret: string;
  /** Subscription tier where the credential tells it (the `chatgpt_plan_type` claim of a Codex id_token), lower case. */
  readonly plan?: string;
  /** Vendor fields of an auth file (account id, project id …). */
  readonly fields: Readonly<Record<string, string>>;
  /** The secret is an OAuth token; absent for API keys, which some vendors want in another header. */
  readonly oauth?: true;
  /** An HTTP or SOCKS5 proxy on the way to the upstream; it may hold a password. Absent: none. */
  readonly proxyUrl?: string;
  /** Sent with every request of this credential, over what the provider sets. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ProviderRequest {
  readonly operation: Operation;
  /** Upstream model name, alias resolved. */
  readonly model: string;
  /** Whether the client wants a stream. */
  readonly stream: boolean;
  /** JSON text in the provider's dialect; read as text only what has to be looked into, see `textOf`. */
  readonly body: WireBody;
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
  readonly body: WireBody;
  /** Whether the answer will be an event stream (Codex and Antigravity's Claude models always stream). */
  readonly streams: boolean;
  /** What this upstream refuses although its dialect knows it, and was left out. */
  readonly losses?: readonly Loss[];
}

/** Which models the subscriptions of a provider have. */
export interface Plans {
  /** Upstream ids by the plan that a token claims, in lower case. */
  readonly models: Readonly<Record<string, readonly string[]>>;
  /** Plans that have another one's list. */
  readonly sameAs: Readonly<Record<string, string>>;
  /** The plans with the least and with the most, for accounts of which the plan is not known. */
  readonly smallest: string;
  readonly largest: string;
}

/** An upstream channel: its address, its credential header, its envelope. A new one is one folder beside this file, named after its id. */
export interface Provider {
  readonly id: string;
  readonly dialect: DialectId;
  readonly operations: readonly Operation[];
  /** Upstream ids that are served when the configuration names none. */
  readonly catalogue: readonly string[];
  /** Where OAuth accounts get less than the catalogue: what each subscription has. */
  readonly plans?: Plans;
  /** `owned_by` in the model list. */
  readonly owner: string;
  readonly prepare: (request: ProviderRequest) => ProviderCall;
  /** For channels with auth files: the same object that the folder's `oauth` module exports, which makes the id an auth file's `type`. */
  readonly oauth?: OAuth;
  /** Where keys of `<id>-api-key` go without a `base-url`: what the folder's `api-key` module exports, which makes that key of the configuration known. */
  readonly apiKeyBaseUrl?: string;
  /** For vendors whose streams are no server-sent events: the same as server-sent events, as it arrives. Throws ProxyError for what cannot be read. */
  readonly asServerSentEvents?: (body: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
  /** Takes the provider's envelope off one answer or stream event (Antigravity's `{"response": …}`). */
  readonly unwrap?: (wire: unknown) => unknown;
}
