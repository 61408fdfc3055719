import { pairs } from './captured.ts';

/** Fields of one connection, not of the exchange (RFC 9110, 7.6.1). */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te']);

const listed = (value: string): readonly string[] => value.split(',').map((token) => token.trim().toLowerCase());

/** What `Connection` names, in lower case. */
const namedIn = (fields: readonly (readonly [string, string])[]): ReadonlySet<string> =>
  new Set(fields.flatMap(([name, value]) => (name.toLowerCase() === 'connection' ? listed(value) : [])));

const kept = (raw: readonly string[], drop: (name: string) => boolean): string[] => {
  const fields = pairs(raw);
  const named = namedIn(fields);
  const left: string[] = [];
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !named.has(lower) && !drop(lower)) left.push(name, value);
  }
  return left;
};

export interface Forwarding {
  /** The upstream's host, for `Host`. */
  readonly host: string;
  /** Asks for an answer without content encoding, so that what is in it can be replaced. */
  readonly plain: boolean;
}

const isChunked = (raw: readonly string[]): boolean => pairs(raw).some(([name]) => name.toLowerCase() === 'transfer-encoding');

/** Trailers come behind chunks only; node throws where they are announced for another message. */
const unlessChunked = (chunked: boolean): readonly string[] => (chunked ? [] : ['trailer']);

/** The request's fields for the upstream, which is another host. A body without a length stays one in chunks. */
export const forwardedFields = (raw: readonly string[], { host, plain }: Forwarding): string[] => {
  const chunked = isChunked(raw);
  const dropped = new Set(['host', ...(plain ? ['accept-encoding'] : []), ...unlessChunked(chunked)]);
  const fields = ['Host', host, ...kept(raw, (name) => dropped.has(name))];
  if (plain) fields.push('Accept-Encoding', 'identity');
  return chunked ? [...fields, 'Transfer-Encoding', 'chunked'] : fields;
};

/** The answer's fields for the client, which gets the body in chunks or not. */
export const passedOnFields = (raw: readonly string[], chunked: boolean): string[] => {
  const dropped = unlessChunked(chunked);
  return kept(raw, (name) => dropped.includes(name));
};
