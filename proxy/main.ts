import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { atMost } from './at-most.ts';
import type { RunningProxy } from './app.ts';
import type { Clock } from './clock.ts';
import type { Environment } from './config/environment.ts';
import { ConfigError, ListenError } from './config/problem.ts';
import { authDirectoryIn } from './live/config-source.ts';
import type { ReadOnlyPlace } from './live/read-only.ts';
import { startUp } from './live/start-up.ts';
import { Watch } from './live/watch.ts';
import { hashPlainKey } from './management/hash-plain-key.ts';
import type { ProxyLogLine } from './options.ts';
import { version } from './version.ts';

/** The proxy as a process: reads the files, listens, watches, drains. The only part of `proxy/` that knows signals and the console. */

export interface RunOptions {
  /** Default: `config.yaml` in the working directory. */
  readonly configPath?: string;
  /** Over the configuration's. */
  readonly host?: string;
  readonly port?: number;
  readonly persona?: string;
  /** What `${NAME}` in the configuration stands for; default: the environment of the process. */
  readonly env?: Environment;
  /** For what is compared with the time; what waits goes on waiting. Default: the system's. */
  readonly clock?: Clock;
  readonly log: (line: ProxyLogLine) => void;
  /** Ends the proxy: no new exchanges, those that run get ten seconds. */
  readonly signal: AbortSignal;
  /** Called once with `http://host:port`. */
  readonly onListening?: (url: string) => void;
  /** Takes what to call when the operator wants the files to be read again (SIGHUP); returns how to stop. */
  readonly onReloadWanted?: (reload: () => void) => () => void;
}

const drainMs = 10_000;

const listenReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'one that another process uses',
  EACCES: 'one that needs more rights',
  EADDRNOTAVAIL: 'an address that this machine does not have',
  EAFNOSUPPORT: 'an address of a kind that this machine does not have',
  ENOTFOUND: 'a host name that is not known',
};

/** An empty host is every address of the machine, where it has some of version 6, too. */
const listenOn = async ({ app }: RunningProxy, host: string, port: number): Promise<string> => {
  if (host !== '') return app.listen({ host, port });
  try {
    return await app.listen({ host: '::', port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAFNOSUPPORT') throw error;
    return app.listen({ host: '0.0.0.0', port });
  }
};

const listen = async (proxy: RunningProxy, options: RunOptions): Promise<string> => {
  const { app, live } = proxy;
  const { config } = live.current.parsed;
  const host = options.host ?? config.host;
  const port = options.port ?? config.port;
  try {
    return await listenOn(proxy, host, port);
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

const warnOfReadOnly = (places: readonly ReadOnlyPlace[], log: RunOptions['log']): void => {
  for (const { what, path, code, meaning } of places)
    log({
      level: 'warn',
      message: `${what} ${path} cannot be written to (${code}): ${meaning}`,
      fields: { event: 'read-only', what, path, code },
    });
};

/** Reloads when the files change, or when the operator says so. */
const keepUpToDate = async (
  { live, store, logging }: RunningProxy,
  configPath: string,
  options: RunOptions,
): Promise<() => Promise<void>> => {
  const watch = new Watch({
    configPath,
    authDirectory: () => authDirectoryIn(live.current.parsed, configPath),
    onChange: () => store.reload(),
    log: logging.log,
  });
  const stopListening = options.onReloadWanted?.(() => void store.reload());
  await watch.open();
  return async () => {
    stopListening?.();
    await watch.close();
  };
};

const open = async (options: RunOptions, configPath: string): Promise<RunningProxy> => {
  const over = options.persona === undefined ? {} : { persona: options.persona };
  const { parsed, source, text, tls, readOnly } = startUp({ configPath, env: options.env ?? process.env, over });
  const { log: onLog, clock } = options;
  const settings = { onLog, baseDirectory: dirname(configPath), ...(clock !== undefined && { clock }) };
  // Loaded last: a start that is refused is refused at once.
  const { openProxy } = await import('./app.ts');
  const proxy = await openProxy(parsed, settings, { source, text: () => text, tls });
  warnOfReadOnly(readOnly, proxy.logging.log);
  await hashPlainKey({ ...proxy, log: proxy.logging.log });
  return proxy;
};

/**
 * Runs the proxy until the signal aborts, then drains and closes it.
 * @throws ConfigError with every problem of the files; ListenError, which is one too, for an address that cannot be had.
 */
export const runProxy = async (options: RunOptions): Promise<void> => {
  const configPath = resolve(options.configPath ?? 'config.yaml');
  const proxy = await open(options, configPath);
  const { log } = proxy.logging;
  const url = await listen(proxy, options);
  const { revision, digest, parsed } = proxy.live.current;
  const { fileSha256 } = proxy.store;
  const about = { url, version, config: configPath, fileSha256, revision, digest, persona: parsed.config.persona };
  log({ level: 'info', message: `listening on ${url}`, fields: { event: 'listening', ...about } });
  const stopWatching = await keepUpToDate(proxy, configPath, options);
  options.onListening?.(url);
  await aborted(options.signal);
  log({ level: 'info', message: 'shutting down: running answers have ten seconds to end', fields: { event: 'draining' } });
  await stopWatching();
  await atMost(proxy.drain(), drainMs);
  await proxy.app.close();
  log({ level: 'info', message: 'ended', fields: { event: 'ended' } });
};

const printLine = ({ level, message, fields }: ProxyLogLine): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
};

const onHangUp = (reload: () => void): (() => void) => {
  process.on('SIGHUP', reload);
  return () => void process.off('SIGHUP', reload);
};

const main = async (): Promise<void> => {
  const stop = new AbortController();
  // Once: a second signal has its usual effect and ends the process at once.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const [configPath] = process.argv.slice(2);
  try {
    await runProxy({ ...(configPath !== undefined && { configPath }), log: printLine, signal: stop.signal, onReloadWanted: onHangUp });
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String((error as Error).stack)}\n`);
    process.exitCode = 2;
  }
};

const startedAs = process.argv[1];
if (startedAs !== undefined && existsSync(startedAs) && realpathSync(startedAs) === fileURLToPath(import.meta.url)) await main();
