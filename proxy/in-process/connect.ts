import type { Fetch, InProcessProxy } from './create-proxy.ts';

export interface ConnectOptions {
  /** A proxy of this process; taken when it is given, because nothing can stand between. */
  readonly proxy?: InProcessProxy | undefined;
  /** A proxy behind a process boundary, `http://host:port`. */
  readonly url?: string | undefined;
  readonly apiKey?: string | undefined;
  /** A model that has to be listed. */
  readonly model?: string | undefined;
  /** For each probe; default 5000. */
  readonly timeoutMs?: number;
  /** For the way over HTTP; default the global one. */
  readonly fetch?: Fetch;
}

/** A proxy that answers and lists its models. */
export interface Connection {
  readonly via: 'in-process' | 'http';
  readonly url: string;
  readonly fetch: Fetch;
  /** As listed for this key. Listed is not yet usable: only a request proves that (sheet row 13 (e) 4). */
  readonly models: readonly string[];
  /** The path that told that the proxy is alive; absent when none did and only the model list answered. */
  readonly health?: string;
}

export type ConnectProblem = 'nothing-to-connect-to' | 'unreachable' | 'key-refused' | 'no-model-list' | 'model-not-listed';

/** Why there is no connection, and what to do. */
export class ConnectError extends Error {
  readonly code: ConnectProblem;
  readonly hint: string;

  constructor(code: ConnectProblem, message: string, hint: string, options: { readonly cause?: unknown } = {}) {
    super(`${message} (${hint})`, options);
    this.name = 'ConnectError';
    this.code = code;
    this.hint = hint;
  }
}

/** The paths at which builds tell that they live; a 404 of one is not "down" (sheet 0.2, row 13 (e) 1). */
const healthPaths = ['/health', '/healthz', '/'] as const;

const mostListBytes = 8 * 1024 * 1024;

interface Way {
  readonly via: Connection['via'];
  readonly url: string;
  readonly fetch: Fetch;
}

const wayOf = ({ proxy, url, fetch = globalThis.fetch }: ConnectOptions): Way => {
  if (proxy !== undefined) return { via: 'in-process', url: proxy.url, fetch: proxy.fetch };
  if (url !== undefined && url !== '') return { via: 'http', url: url.replace(/\/+$/, ''), fetch };
  throw new ConnectError('nothing-to-connect-to', 'There is neither a proxy in this process nor an address of one.', 'pass proxy or url');
};

const get = async ({ url, fetch }: Way, path: string, { apiKey, timeoutMs = 5_000 }: ConnectOptions): Promise<Response> => {
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  try {
    return await fetch(url + path, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new ConnectError('unreachable', `Nothing answers at ${url}${path}.`, 'is the proxy running, and is the address right?', {
      cause,
    });
  }
};

const healthOf = async (way: Way, options: ConnectOptions): Promise<string | undefined> => {
  for (const path of healthPaths) {
    const answer = await get(way, path, { ...options, apiKey: undefined });
    await answer.body?.cancel();
    if (answer.status === 200) return path;
  }
  return undefined;
};

/** The ids of a list in OpenAI's shape. */
const idsIn = (list: unknown): readonly string[] | undefined => {
  const { data } = (list ?? {}) as { readonly data?: unknown };
  if (!Array.isArray(data)) return undefined;
  return data.flatMap((model: unknown) => {
    const { id } = (model ?? {}) as { readonly id?: unknown };
    return typeof id === 'string' ? [id] : [];
  });
};

const boundedText = async (answer: Response): Promise<string> => {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += piece.length;
    if (bytes > mostListBytes)
      throw new ConnectError('no-model-list', `The model list is larger than ${mostListBytes} bytes.`, 'is this a proxy?');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const modelsOf = async (way: Way, options: ConnectOptions): Promise<readonly string[]> => {
  const answer = await get(way, '/v1/models', options);
  if (answer.status === 401 || answer.status === 403) {
    await answer.body?.cancel();
    throw new ConnectError('key-refused', `GET /v1/models answered ${answer.status}.`, 'check the client key (api-keys)');
  }
  const ids = answer.status === 200 ? idsIn(parsed(await boundedText(answer))) : undefined;
  if (ids !== undefined) return ids;
  await answer.body?.cancel().catch(() => undefined);
  throw new ConnectError(
    'no-model-list',
    `GET /v1/models answered ${answer.status} without a list of models.`,
    'is this the base of the API?',
  );
};

/**
 * Connects a client to a proxy: the one in this process when there is one, else the one at the address, after `/health` and then
 * `/v1/models` (row 13). The health path decides nothing by itself: builds differ in it, and it says nothing of models.
 * @throws ConnectError, with a code and a hint.
 */
export const connect = async (options: ConnectOptions): Promise<Connection> => {
  const way = wayOf(options);
  const health = await healthOf(way, options);
  const models = await modelsOf(way, options);
  const { model } = options;
  if (model !== undefined && !models.includes(model)) {
    const hint = `GET /v1/models lists ${models.length === 0 ? 'nothing' : models.slice(0, 10).join(', ')}`;
    throw new ConnectError('model-not-listed', `The model "${model}" is not listed for this key.`, hint);
  }
  return { ...way, models, ...(health !== undefined && { health }) };
};
