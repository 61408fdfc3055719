/** `wireproof/proxy`: the reference proxy, to embed. */
export { buildProxy } from './app.ts';
export type { Clock } from './clock.ts';
export { ConnectError, connect } from './in-process/connect.ts';
export type { ConnectOptions, ConnectProblem, Connection } from './in-process/connect.ts';
export { createProxy } from './in-process/create-proxy.ts';
export type { Fetch, InProcessProxy } from './in-process/create-proxy.ts';
export { parseConfig } from './config/parse.ts';
export type { ParsedConfig, ParseOptions } from './config/parse.ts';
export { ConfigError } from './config/problem.ts';
export type { ConfigProblem } from './config/problem.ts';
export { readAuthDirectory, readConfigFile } from './config/read.ts';
export type { ProxyConfig } from './config/schema.ts';
export { ProxyError } from './errors.ts';
export type { ProxyErrorCode } from './errors.ts';
export { runProxy } from './main.ts';
export type { RunOptions } from './main.ts';
export type { ProxyLogLine, ProxyOptions } from './options.ts';
export { remedyIds } from './remedy-ids.ts';
