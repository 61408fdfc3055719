import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Option } from 'commander';

import { ToolError } from '../../errors.ts';
import { printableLines, safeJson } from '../../reporters/printable.ts';
import type { RunOptions } from '../../targets/reference-proxy.ts';
import type { CliCommand } from '../command.ts';
import type { CliIo } from '../io.ts';
import { wholeNumber } from '../values.ts';

interface ProxyFlags {
  readonly config?: string;
  readonly persona?: string;
  readonly check?: true;
  readonly schema?: true;
  readonly format: 'text' | 'json';
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

/** Says what a start would find. @returns the exit code */
const check = async (configPath: string, { persona, format }: ProxyFlags, { env, out }: CliIo): Promise<number> => {
  const { checkReferenceConfig, explanationText } = await import('../../targets/reference-proxy.ts');
  const explanation = await checkReferenceConfig({ configPath, env, ...(persona !== undefined && { persona }) });
  out(format === 'json' ? `${JSON.stringify(explanation, null, 2)}\n` : printableLines(await explanationText(explanation)));
  return explanation.ok ? 0 : 2;
};

/** SIGHUP has the files read again, except on a terminal, where it means that the terminal is gone. */
const onHangUp = ({ outIsTerminal, errIsTerminal }: CliIo): Pick<RunOptions, 'onReloadWanted'> =>
  outIsTerminal || errIsTerminal
    ? {}
    : {
        onReloadWanted: (reload) => {
          process.on('SIGHUP', reload);
          return () => void process.off('SIGHUP', reload);
        },
      };

/** Gives out together what is said in one turn of the event loop: a write of its own per request costs more than the line. */
const gathered = (write: (text: string) => void): { readonly say: (text: string) => void; readonly flush: () => void } => {
  let waiting = '';
  const flush = (): void => {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  return {
    say: (text) => {
      if (waiting === '') setImmediate(flush);
      waiting += text;
    },
    flush,
  };
};

const serve = async (configPath: string, flags: ProxyFlags, io: CliIo): Promise<number> => {
  const { say: err, flush } = gathered(io.err);
  try {
    return await serveAndTell(configPath, flags, { ...io, err });
  } finally {
    flush();
  }
};

const serveAndTell = async (configPath: string, flags: ProxyFlags, io: CliIo): Promise<number> => {
  const { runReferenceProxy } = await import('../../targets/reference-proxy.ts');
  await runReferenceProxy({
    configPath,
    env: io.env,
    ...(flags.host !== undefined && { host: flags.host }),
    ...(flags.port !== undefined && { port: flags.port }),
    ...(flags.persona !== undefined && { persona: flags.persona }),
    signal: io.signal,
    log: ({ level, message, fields }) => io.err(`${safeJson({ time: new Date().toISOString(), level, message, ...fields })}\n`),
    onListening: (url) => io.out(`reference proxy on ${url}\n`),
    ...onHangUp(io),
  });
  return 0;
};

export const command: CliCommand = {
  name: 'proxy',
  about: 'the reference proxy',
  order: 4,
  examples: [
    ['wireproof proxy --config config.yaml', 'host and port as the file says'],
    ['wireproof proxy --config config.yaml --port 0 2> proxy.log', 'any free port; the log in a file'],
    ['wireproof proxy --check --config config.yaml', 'says what it would serve, or what is wrong; exit 0 or 2'],
    ['wireproof proxy --schema > config.schema.json', 'the JSON Schema of config.yaml, for editors'],
  ],
  notes:
    'The address goes to standard output, the log to standard error, one JSON object a line. SIGHUP reads the files again, as a change of them does. Ctrl-C lets running answers end, then exits 0.',
  declare: (command) => {
    command
      .option('--config <file>', `the configuration (default: ${usualName} in this folder)`)
      .option('--host <host>', "where to listen, over the file's")
      .option('--port <n>', "where to listen, over the file's; 0 takes any free port", wholeNumber(0, lastPort))
      .option('--persona <name>', "which known proxy to show, over the file's")
      .option('--check', 'check the configuration, say what it means, and start nothing')
      .option('--schema', 'print the JSON Schema of config.yaml and start nothing')
      .addOption(new Option('--format <format>', 'of --check').choices(['text', 'json']).default('text'));
  },
  run: async (command, { io }) => {
    const flags = command.opts<ProxyFlags>();
    if (flags.schema === true) {
      const { referenceConfigSchema } = await import('../../targets/reference-proxy.ts');
      io.out(`${JSON.stringify(await referenceConfigSchema(), null, 2)}\n`);
      return 0;
    }
    const configPath = configPathOf(flags, io.cwd);
    return flags.check === true ? check(configPath, flags, io) : serve(configPath, flags, io);
  },
};
