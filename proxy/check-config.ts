import { dirname, resolve } from 'node:path';

import { openProxy } from './app.ts';
import { newKeyCheck } from './clients/client-keys.ts';
import type { ClientKey } from './config/client-keys-schema.ts';
import type { Environment } from './config/environment.ts';
import { explainConfig, explainProblems } from './config/explain.ts';
import type { ConfigExplanation } from './config/explain.ts';
import type { ParsedConfig } from './config/parse.ts';
import { ConfigError } from './config/problem.ts';
import { startUp } from './live/start-up.ts';
import type { ProxyLogLine } from './options.ts';

export interface CheckOptions {
  readonly configPath: string;
  readonly env: Environment;
  readonly persona?: string;
}

/** What logs call the client: the name that the check of keys gives to whoever shows the key. */
const clientName = (entry: ClientKey): string => newKeyCheck([entry])({ headers: { 'x-api-key': entry.key }, query: {} }).id;

/** Nothing is opened that leaves a trace on the disk. */
const withoutTraces = (parsed: ParsedConfig): ParsedConfig => ({
  ...parsed,
  config: { ...parsed.config, usage: { ...parsed.config.usage, store: '' }, 'logging-to-file': false },
});

/** Reads and checks everything that a start would, and says what would be served; listens nowhere and asks nobody. */
export const checkConfig = async ({ configPath, env, persona }: CheckOptions): Promise<ConfigExplanation> => {
  const path = resolve(configPath);
  const lines: ProxyLogLine[] = [];
  try {
    const { parsed, source, text, readOnly } = startUp({ configPath: path, env, over: persona === undefined ? {} : { persona } });
    const options = { baseDirectory: dirname(path), onLog: (line: ProxyLogLine) => lines.push(line) };
    const { app, live, logging } = await openProxy(withoutTraces(parsed), options, { source, text: () => text });
    const { routing } = live.current.context;
    const explanation = explainConfig(parsed, {
      config: path,
      clients: parsed.config['api-keys'].map(clientName),
      credentials: routing.channels.map(({ provider, credential: { id, baseUrl } }) => ({
        id,
        provider: provider.id,
        baseUrl: logging.secrets.blot(baseUrl),
      })),
      models: routing.listed().map(({ id }) => id),
      readOnly,
      warnings: lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message),
    });
    await app.close();
    return explanation;
  } catch (error) {
    if (error instanceof ConfigError) return explainProblems(path, error.problems);
    throw error;
  }
};
