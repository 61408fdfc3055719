import { Pool, errors } from 'undici';

import { ProxyError } from '../errors.ts';
import type { ProviderCall } from '../providers/provider.ts';
import { version } from '../version.ts';
import { decodeAnswer } from './decode-answer.ts';

/** An upstream's answer; the body must be read to its end or left with `break`, which ends the connection. */
export interface UpstreamAnswer {
  readonly status: number;
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

export interface Outgoing {
  readonly baseUrl: string;
  readonly call: ProviderCall;
  /** The call's body, or the client's own bytes when they are the same. */
  readonly body: string | Buffer;
  readonly signal: AbortSignal;
}

/** The only door to upstreams: one keep-alive pool per origin. */
export interface Upstreams {
  /** @throws ProxyError when no status line arrives. */
  readonly send: (outgoing: Outgoing) => Promise<UpstreamAnswer>;
  readonly close: () => Promise<void>;
}

interface Base {
  readonly pool: Pool;
  readonly pathname: string;
}

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

const codeOf = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
};

/** The neutral form of a transport failure; `when` says what it cut short. Addresses and secrets stay out of the message. */
export const transportError = (error: unknown, when: 'before the answer' | 'in the answer'): ProxyError => {
  if (error instanceof ProxyError) return error;
  const code = codeOf(error);
  if (timeoutCodes.has(code))
    return new ProxyError('upstream-timeout', `The upstream was silent for too long ${when} (${code}).`, { cause: error });
  if (when === 'in the answer')
    return new ProxyError('upstream-bad-answer', `The upstream's answer broke off (${code}).`, { cause: error });
  return new ProxyError('upstream-unreachable', `The upstream could not be reached (${code}).`, { cause: error });
};

const joined = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));

// A call's own headers win: a remedy may have to send another user agent.
const withDefaults = (headers: Readonly<Record<string, string>>): Record<string, string> => ({
  'user-agent': `wireproof-proxy/${version}`,
  'accept-encoding': 'identity',
  ...headers,
});

const openPool = (origin: string, silenceMs: number): Pool =>
  new Pool(origin, {
    pipelining: 1,
    // undici wants whole milliseconds.
    headersTimeout: Math.ceil(silenceMs),
    bodyTimeout: Math.ceil(silenceMs),
    connect: { timeout: Math.min(Math.ceil(silenceMs), 10_000) },
    keepAliveTimeout: 10_000,
    maxHeaderSize: 65_536,
  });

/** The value under the key, made when it is first asked for. */
const once = <V>(table: Map<string, V>, key: string, make: () => V): V => {
  const known = table.get(key) ?? make();
  table.set(key, known);
  return known;
};

export const openUpstreams = ({ silenceMs }: { readonly silenceMs: number }): Upstreams => {
  const pools = new Map<string, Pool>();
  const bases = new Map<string, Base>();
  const baseOf = (baseUrl: string): Base =>
    once(bases, baseUrl, () => {
      const { origin, pathname } = new URL(baseUrl);
      return { pool: once(pools, origin, () => openPool(origin, silenceMs)), pathname: pathname.replace(/\/$/, '') };
    });
  return {
    send: async ({ baseUrl, call, body, signal }) => {
      const { pool, pathname } = baseOf(baseUrl);
      try {
        const answer = await pool.request({
          path: pathname + call.path,
          method: 'POST',
          headers: withDefaults(call.headers),
          body,
          signal,
        });
        const received = joined(answer.headers);
        return { status: answer.statusCode, headers: received, body: decodeAnswer(answer.body, received['content-encoding']) };
      } catch (error) {
        throw transportError(error, 'before the answer');
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy(new errors.ClientDestroyedError('the proxy was closed'))));
    },
  };
};
