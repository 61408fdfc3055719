import { fetch as undiciFetch } from 'undici';
import { stringify } from 'yaml';

import { openProxy } from '../app.ts';
import { atMost } from '../at-most.ts';
import { parseConfig } from '../config/parse.ts';
import type { ParsedConfig } from '../config/parse.ts';
import { memorySource } from '../live/config-source.ts';
import type { ProxyOptions } from '../options.ts';
import { memoryAgent } from './memory-connection.ts';

/** The part of `fetch` that clients of LLM APIs use. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The reference proxy inside of this process. */
export interface InProcessProxy {
  /** For SDKs that want a base URL: requests that carry it go through `fetch` below and reach no network. */
  readonly url: string;
  /** Like the global `fetch`, whatever host the request names. */
  readonly fetch: Fetch;
  /** Puts another configuration in force, for requests that begin from now on. @throws ConfigError; the one in force stays. */
  readonly reload: (config: unknown) => void;
  /** Lets running requests finish for at most `drainMs` (default: none), then ends everything; nothing is left open. */
  readonly close: (options?: { readonly drainMs?: number }) => Promise<void>;
}

const url = 'http://wireproof.invalid';

/** The request as undici takes it: its own classes, or plain values, but not the ones that are built into Node. */
const requestOf = async (input: Parameters<Fetch>[0], init: RequestInit | undefined): Promise<[string, RequestInit]> => {
  if (!(input instanceof Request)) return [String(input), { ...init }];
  const body = input.body === null ? {} : { body: await input.arrayBuffer() };
  return [input.url, { method: input.method, headers: [...input.headers], signal: input.signal, ...body, ...init }];
};

/** The proxy answers for every host: what is asked of one address is asked of it. */
const rebased = (address: string): string => {
  const { pathname, search } = new URL(address, url);
  return url + pathname + search;
};

/**
 * Starts the reference proxy in this process, without a port (row 13). Give its `fetch` to an SDK.
 * @throws ConfigError with all problems of the configuration.
 * @example
 * const proxy = await createProxy({ config });
 * const openai = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey, fetch: proxy.fetch });
 */
export const createProxy = async (options: ProxyOptions): Promise<InProcessProxy> => {
  const authFiles = (options.authFiles ?? []).map((tree, index) => ({ where: `authFiles[${index}]`, tree }));
  const parse = (tree: unknown): ParsedConfig => parseConfig(tree, { authFiles });
  const proxy = await openProxy(parse(options.config), options, { source: memorySource(options.config, parse) });
  await proxy.app.ready();
  const agent = memoryAgent(proxy.app.server);
  return {
    url,
    fetch: async (input, init) => {
      const [address, request] = await requestOf(input, init);
      const wanted = { ...request, dispatcher: agent } as unknown as Parameters<typeof undiciFetch>[1];
      // One class in two libraries' words: undici's own, and the global one of Node or of the DOM.
      return undiciFetch(rebased(address), wanted) as unknown as Promise<Response>;
    },
    reload: (config) => {
      proxy.store.adopt(stringify(config));
    },
    close: async ({ drainMs = 0 } = {}) => {
      if (drainMs > 0) await atMost(proxy.drain(), drainMs);
      await proxy.app.close();
      await agent.destroy();
    },
  };
};
