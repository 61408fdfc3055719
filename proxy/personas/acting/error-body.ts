import type { ErrorInfo } from '../../ir/chat.ts';
import type { ErrorPolicy } from '../persona.ts';

interface Naming {
  readonly type: string;
  readonly code?: string;
}

const namingByStatus: Readonly<Record<number, Naming>> = {
  401: { type: 'authentication_error', code: 'invalid_api_key' },
  403: { type: 'permission_error', code: 'insufficient_quota' },
  404: { type: 'invalid_request_error', code: 'model_not_found' },
  429: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
};

const namingOf = (status: number): Naming =>
  namingByStatus[status] ?? (status >= 500 ? { type: 'server_error', code: 'internal_server_error' } : { type: 'invalid_request_error' });

const anthropicTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const anthropicTypeOf = (status: number): string => anthropicTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');

type Tree = Readonly<Record<string, unknown>>;

const asTree = (value: unknown): Tree | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Tree) : undefined;

const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** `undefined` for what is no JSON; a value of JSON is never that. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** A model that nobody serves has a status of its own and a parameter to blame only where that status is 400 (sheet S3). */
const ownNaming = ({ status, code }: ErrorInfo): Naming & { readonly param?: string } =>
  code === 'model_not_found' && status === 400
    ? { type: 'invalid_request_error', code: 'model_not_found', param: 'model' }
    : namingOf(status);

/** Rule A for what is no JSON: wrapped, with type and code by status; a code that is not there is left out (sheet 1.4). */
const wrapped = (info: ErrorInfo, message: string, own: boolean): string => {
  if (own && info.code === 'model_cooldown') return JSON.stringify({ error: { code: info.code, message, ...info.data } });
  return JSON.stringify({ error: { message, ...(own ? ownNaming(info) : namingOf(info.status)) } });
};

/** Rule B: the upstream's own words where it has some, in Anthropic's envelope. */
const inAnthropicEnvelope = (status: number, text: string): string => {
  const body = asTree(parsed(text));
  const error = asTree(body?.error);
  const message = asText(error?.message) ?? asText(error?.code) ?? asText(body?.message) ?? text;
  return JSON.stringify({ type: 'error', error: { type: asText(error?.type) ?? anthropicTypeOf(status), message } });
};

const clientKeyCodes: readonly (string | undefined)[] = ['missing_api_key', 'invalid_api_key'];

const safeMode = {
  error: 'unsafe_example_api_key',
  message: 'Proxy API endpoints are disabled because api-keys contains template values.',
};

/** What a build answers before it has looked at a body; every dialect gets the same. */
const atTheDoor = (policy: ErrorPolicy, { code, message }: ErrorInfo): string | undefined => {
  if (policy.clientKey === 'plain-string' && clientKeyCodes.includes(code)) return JSON.stringify({ error: message });
  if (policy.templateKeys === 'safe-mode' && code === 'unsafe_example_api_key') return JSON.stringify(safeMode);
  return undefined;
};

export interface Worded {
  readonly dialect: string;
  readonly info: ErrorInfo;
  /** Of the upstream, when it is the upstream that refuses; the proxy's own errors have none. */
  readonly upstreamText?: string | undefined;
}

/**
 * The body of an error answer as a build words it (sheets 1.1, 1.4, S2); `undefined` where the client's dialect does.
 * @example errorBody(august.errors, { dialect: 'openai-chat', info: { status: 406, … }, upstreamText: '' })
 * // '{"error":{"message":"status 406","type":"invalid_request_error"}}'
 */
export const errorBody = (policy: ErrorPolicy, { dialect, info, upstreamText }: Worded): string | undefined => {
  const door = upstreamText === undefined ? atTheDoor(policy, info) : undefined;
  if (door !== undefined) return door;
  const rule = dialect === 'anthropic-messages' ? policy.anthropicEnvelope : policy.envelope;
  if (rule === 'dialect') return undefined;
  const said = upstreamText?.trim();
  const text = said === '' ? `status ${info.status}` : (said ?? info.message);
  if (rule === 'rule-b') return inAnthropicEnvelope(info.status, text);
  return said !== undefined && parsed(text) !== undefined ? text : wrapped(info, text, said === undefined);
};
