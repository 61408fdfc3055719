import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { openProxy } from './app.ts';
import type { RunningProxy } from './app.ts';
import { parseConfig } from './config/parse.ts';
import type { ParsedConfig } from './config/parse.ts';
import { ConfigError, ListenError } from './config/problem.ts';
import { readAuthDirectory, readConfigFile } from './config/read.ts';
import type { ProxyLogLine } from './options.ts';

/** The proxy as a process: reads the files, listens, drains. The only part of `proxy/` that knows signals and the console. */

export interface RunOptions {
  /** Default: `config.yaml` in the working directory. */
  readonly configPath?: string;
  /** Over the configuration's. */
  readonly host?: string;
  readonly port?: number;
  readonly log: (line: ProxyLogLine) => void;
  /** Ends the proxy: no new exchanges, those that run get ten seconds. */
  readonly signal: AbortSignal;
  /** Called once with `http://host:port`. */
  readonly onListening?: (url: string) => void;
}

const drainMs = 10_000;

/** @throws ConfigError for a file that is missing, unreadable, no YAML, or wrong. */
const loadFiles = (configPath: string): ParsedConfig => {
  const tree = readConfigFile(configPath);
  const directory = (tree as { readonly 'auth-dir'?: unknown } | null)?.['auth-dir'];
  const authFiles = typeof directory === 'string' ? readAuthDirectory(directory, configPath) : [];
  return parseConfig(tree, { where: configPath, authFiles });
};

const listenReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'one that another process uses',
  EACCES: 'one that needs more rights',
  EADDRNOTAVAIL: 'an address that this machine does not have',
  ENOTFOUND: 'a host name that is not known',
};

const listen = async ({ app, config }: RunningProxy, options: RunOptions): Promise<string> => {
  const host = options.host ?? config.host;
  const port = options.port ?? config.port;
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const actual = listenReasons[code] ?? (cause as Error).message;
    const hint = 'set host and port; port 0 takes any free one';
    throw new ListenError({ where: `${host}:${port}`, expected: 'a free address to listen on', actual, hint }, { cause });
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Resolves with the promise, or after `ms`; leaves no timer behind. */
const atMost = async (promise: Promise<void>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
};

/**
 * Runs the proxy until the signal aborts, then drains and closes it.
 * @throws ConfigError with every problem of the files; ListenError, which is one too, for an address that cannot be had.
 */
export const runProxy = async (options: RunOptions): Promise<void> => {
  const parsed = loadFiles(options.configPath ?? 'config.yaml');
  const proxy = await openProxy(parsed, { onLog: options.log });
  const url = await listen(proxy, options);
  options.log({ level: 'info', message: `listening on ${url}`, fields: { event: 'listening', url } });
  options.onListening?.(url);
  await aborted(options.signal);
  await atMost(proxy.drain(), drainMs);
  await proxy.app.close();
};

const printLine = ({ level, message, fields }: ProxyLogLine): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
};

const main = async (): Promise<void> => {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const [configPath] = process.argv.slice(2);
  try {
    await runProxy({ ...(configPath !== undefined && { configPath }), log: printLine, signal: stop.signal });
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String((error as Error).stack)}\n`);
    process.exitCode = 2;
  }
};

const startedAs = process.argv[1];
if (startedAs !== undefined && existsSync(startedAs) && realpathSync(startedAs) === fileURLToPath(import.meta.url)) await main();
