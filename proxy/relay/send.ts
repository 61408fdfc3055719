import { Pool, ProxyAgent, errors } from 'undici';
import type { Dispatcher } from 'undici';

import { ProxyError } from '../errors.ts';
import { sizeOf } from '../json/json-body.ts';
import type { ProviderCall } from '../providers/provider.ts';
import { version } from '../version.ts';
import { AnswerBody } from './answer-body.ts';
import type { AnswerHead } from './answer-body.ts';
import { decodeAnswer } from './decode-answer.ts';
import { PrivateNetworkError, publicLookup, refusePrivateAddress } from './private-networks.ts';
import { newConnector } from './skip-continue.ts';
import type { EndSignal } from './departure.ts';

/** An upstream's answer; the body must be read to its end or left with `break`, which ends the connection. */
export interface UpstreamAnswer extends AnswerHead {
  readonly body: AsyncIterable<Buffer>;
}

export interface Outgoing {
  readonly baseUrl: string;
  /** An HTTP or SOCKS5 proxy on the way. */
  readonly proxyUrl?: string | undefined;
  /** The address is none that the operator chose, and must not lead into a private network. */
  readonly publicOnly?: boolean | undefined;
  readonly call: ProviderCall;
  readonly signal: EndSignal;
}

/** The only door to upstreams: one keep-alive pool per origin, and per proxy on the way. */
export interface Upstreams {
  /** @throws ProxyError when no status line arrives. */
  readonly send: (outgoing: Outgoing) => Promise<UpstreamAnswer>;
  readonly close: () => Promise<void>;
}

interface Base {
  readonly origin: string;
  readonly pool: Dispatcher;
  readonly pathname: string;
}

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

const codeOf = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
};

const privateText =
  "The upstream's address leads into a private network, and the configuration does not name it; base_url or oauth-upstreams may.";

/** The neutral form of a transport failure; `when` says what it cut short. Addresses and secrets stay out of the message. */
export const transportError = (error: unknown, when: 'before the answer' | 'in the answer'): ProxyError => {
  if (error instanceof ProxyError) return error;
  if (error instanceof PrivateNetworkError) return new ProxyError('upstream-unreachable', privateText, { cause: error });
  const code = codeOf(error);
  if (timeoutCodes.has(code))
    return new ProxyError('upstream-timeout', `The upstream was silent for too long ${when} (${code}).`, { cause: error });
  if (when === 'in the answer')
    return new ProxyError('upstream-bad-answer', `The upstream's answer broke off (${code}).`, { cause: error });
  return new ProxyError('upstream-unreachable', `The upstream could not be reached (${code}).`, { cause: error });
};

const userAgent = `wireproof-proxy/${version}`;

// A call's own headers win: a remedy may have to send another user agent.
const payloadOf = ({ headers, body }: ProviderCall): Pick<Dispatcher.DispatchOptions, 'headers' | 'body'> => {
  const sent = typeof body === 'string' ? body : body.sent;
  const defaults = { 'user-agent': userAgent, 'accept-encoding': 'identity', ...headers };
  if (typeof sent === 'string' || Buffer.isBuffer(sent)) return { headers: defaults, body: sent };
  // undici would send pieces of unknown length as chunks. Its types know no iterable bodies.
  return { headers: { ...defaults, 'content-length': String(sizeOf(body)) }, body: sent as unknown as Buffer };
};

const limits = (silenceMs: number) => ({
  // undici wants whole milliseconds.
  headersTimeout: Math.ceil(silenceMs),
  bodyTimeout: Math.ceil(silenceMs),
  keepAliveTimeout: 10_000,
  maxHeaderSize: 65_536,
});

type Way = Pick<Outgoing, 'proxyUrl' | 'publicOnly'>;

const openPool = (origin: string, silenceMs: number, { proxyUrl, publicOnly }: Way): Dispatcher => {
  if (proxyUrl !== undefined) return new ProxyAgent({ uri: proxyUrl.replace(/^socks5h:/, 'socks5:'), ...limits(silenceMs) });
  return new Pool(origin, {
    pipelining: 1,
    connect: newConnector(Math.min(Math.ceil(silenceMs), 10_000), publicOnly === true ? publicLookup : undefined),
    ...limits(silenceMs),
  });
};

/** The value under the key, made when it is first asked for. */
const once = <V>(table: Map<string, V>, key: string, make: () => V): V => {
  const known = table.get(key) ?? make();
  table.set(key, known);
  return known;
};

const ask = (pool: Dispatcher, request: Dispatcher.DispatchOptions, signal: EndSignal): Promise<UpstreamAnswer> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const body = new AnswerBody(
      signal,
      ({ status, headers }) => resolve({ status, headers, body: decodeAnswer(body, headers['content-encoding']) }),
      reject,
    );
    pool.dispatch(request, body);
  });

/** `silenceMs`: the longest silence of an upstream, asked for again by every call, because a reload may change it. */
export const openUpstreams = ({ silenceMs }: { readonly silenceMs: () => number }): Upstreams => {
  const pools = new Map<string, Dispatcher>();
  const bases = new Map<string, Base>();
  const baseOf = (way: Pick<Outgoing, 'baseUrl'> & Way, silence: number): Base => {
    const { baseUrl } = way;
    const kind = `${silence} ${way.proxyUrl ?? ''} ${String(way.publicOnly)}`;
    return once(bases, `${kind} ${baseUrl}`, () => {
      const { origin, pathname } = new URL(baseUrl);
      const pool = once(pools, `${kind} ${origin}`, () => openPool(origin, silence, way));
      return { origin, pool, pathname: pathname.replace(/\/$/, '') };
    });
  };
  return {
    send: async (outgoing) => {
      const { baseUrl, call, signal } = outgoing;
      const { origin, pool, pathname } = baseOf(outgoing, silenceMs());
      try {
        if (outgoing.publicOnly === true) refusePrivateAddress(baseUrl);
        return await ask(pool, { origin, path: pathname + call.path, method: 'POST', ...payloadOf(call) }, signal);
      } catch (error) {
        throw transportError(error, 'before the answer');
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy(new errors.ClientDestroyedError('the proxy was closed'))));
    },
  };
};
