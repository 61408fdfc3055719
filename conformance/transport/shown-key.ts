import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import { CLIENT_KEY, type ShownKey } from '#scenarios/kit/probe';
import type { ProxyConfigPatch } from '#scenarios/kit/scenario';

type Texts = Readonly<Record<string, string>>;

/** What of a request shows a key. */
export interface KeyedRequest {
  /** Path and query. */
  readonly path: string;
  readonly headers: Texts;
}

/** Shorter ones would be found in ordinary text. */
const shortestKey = 8;

const filledIn = (entries: Texts, key: string | undefined): Texts =>
  Object.fromEntries(
    Object.entries(entries)
      .filter(([, value]) => key !== undefined || !value.includes(CLIENT_KEY))
      .map(([name, value]) => [name, value.replaceAll(CLIENT_KEY, () => key ?? '')]),
  );

const withQuery = (path: string, query: Texts): string => {
  const added = new URLSearchParams(query).toString();
  return added === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${added}`;
};

const carriesNot =
  (key: string | undefined) =>
  ([, value]: readonly [string, string]): boolean =>
    key === undefined || !value.includes(key);

/**
 * The request with the key where the step wants it, and nowhere else.
 * @param shown how the step shows a key; undefined: as the target wants it, which is how `request` has it
 * @param key the client's key; undefined: the run has none, and entries that need it are left out
 */
export const showing = (shown: ShownKey | undefined, key: string | undefined, request: KeyedRequest): KeyedRequest => {
  if (shown === undefined) return request;
  const kept = Object.fromEntries(Object.entries(request.headers).filter(carriesNot(key)));
  return {
    path: withQuery(request.path, filledIn(shown.query ?? {}, key)),
    headers: { ...kept, ...filledIn(shown.headers ?? {}, key) },
  };
};

/** A copy that stays when the journal lets go of the original, whose fields are read on demand. */
const copyOf = (call: UpstreamCall): UpstreamCall => ({
  surface: call.surface,
  operation: call.operation,
  stream: call.stream,
  method: call.method,
  path: call.path,
  query: call.query,
  headers: call.headers,
  bodyBytes: call.bodyBytes,
  wireBytes: call.wireBytes,
  body: call.body,
  jsonError: call.jsonError,
  token: call.token,
  at: call.at,
  callIndex: call.callIndex,
  ...(call.receipt && { receipt: call.receipt }),
  ...(call.refused !== undefined && { refused: call.refused }),
});

/** The upstream's request with the placeholder where the client's key stood, so that checks can find it without knowing it. */
export const withoutClientKey = (call: UpstreamCall, key: string | undefined): UpstreamCall => {
  if (key === undefined || key.length < shortestKey) return call;
  const masked = (text: string): string => text.replaceAll(key, CLIENT_KEY).replaceAll(encodeURIComponent(key), CLIENT_KEY);
  const { path, query } = call;
  const headers = Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, masked(value)]));
  const isClean =
    masked(path) === path && masked(query) === query && Object.keys(headers).every((name) => headers[name] === call.headers[name]);
  return isClean ? call : { ...copyOf(call), headers, path: masked(path), query: masked(query) };
};

const filledTree = (value: unknown, key: string): unknown => {
  if (typeof value === 'string') return value.replaceAll(CLIENT_KEY, () => key);
  if (Array.isArray(value)) return value.map((item) => filledTree(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filledTree(inner, key)]));
};

/** A configuration with the client's key where its placeholder stands. */
export const withClientKey = (config: ProxyConfigPatch, key: string): ProxyConfigPatch => filledTree(config, key) as ProxyConfigPatch;
