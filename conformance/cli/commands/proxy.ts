import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { ToolError } from '../../errors.ts';
import { safeJson } from '../../reporters/printable.ts';
import type { CliCommand } from '../command.ts';
import { wholeNumber } from '../values.ts';

interface ProxyFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
}

const lastPort = 65_535;
const usualName = 'config.yaml';

const configPathOf = ({ config }: ProxyFlags, cwd: string): string => {
  if (config !== undefined) return resolve(cwd, config);
  const path = join(cwd, usualName);
  if (existsSync(path)) return path;
  throw new ToolError('usage', `there is no ${usualName} in this folder`, { hint: 'name one: wireproof proxy --config FILE' });
};

export const command: CliCommand = {
  name: 'proxy',
  about: 'the reference proxy',
  order: 4,
  examples: [
    ['wireproof proxy --config config.yaml', 'host and port as the file says'],
    ['wireproof proxy --config config.yaml --port 0 2> proxy.log', 'any free port; the log in a file'],
  ],
  notes:
    'The address goes to standard output, the log to standard error, one JSON object a line. Ctrl-C lets running answers end, then exits 0.',
  declare: (command) => {
    command
      .option('--config <file>', `the configuration (default: ${usualName} in this folder)`)
      .option('--host <host>', "where to listen, over the file's")
      .option('--port <n>', "where to listen, over the file's; 0 takes any free port", wholeNumber(0, lastPort));
  },
  run: async (command, { io }) => {
    const flags = command.opts<ProxyFlags>();
    const configPath = configPathOf(flags, io.cwd);
    const { runReferenceProxy } = await import('../../targets/reference-proxy.ts');
    await runReferenceProxy({
      configPath,
      ...(flags.host !== undefined && { host: flags.host }),
      ...(flags.port !== undefined && { port: flags.port }),
      signal: io.signal,
      log: ({ level, message, fields }) => io.err(`${safeJson({ time: new Date().toISOString(), level, message, ...fields })}\n`),
      onListening: (url) => io.out(`reference proxy on ${url}\n`),
    });
    return 0;
  },
};
