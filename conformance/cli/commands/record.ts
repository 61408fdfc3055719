import { resolve } from 'node:path';

import { InvalidArgumentError, Option, type Command } from 'commander';

import { ToolError } from '../../errors.ts';
import type { SessionOptions, SessionResult } from '../../record/record-session.ts';
import type { Outcome } from '../../record/recorder.ts';
import { counted } from '../../reporters/words.ts';
import type { ClientWords } from '../../trace/started-client.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import type { CliIo } from '../io.ts';
import { plainUrl } from '../plain-url.ts';
import { explainListenError } from '../port-in-use.ts';
import { someText, wholeNumber } from '../values.ts';

interface Listen {
  readonly host: string;
  readonly port: number;
}

interface RecordFlags {
  readonly upstream: string;
  readonly output: string;
  readonly listen: Listen;
  readonly dropContent?: true;
  readonly plain?: true;
  readonly maxBytes: number;
  readonly idleTimeout: number;
  readonly allowHeader?: readonly string[];
}

const lastPort = 65_535;
const longestSeconds = 86_400;
const mostBytes = 32 * 1024 * 1024;
const defaultListen: Listen = { host: '127.0.0.1', port: 0 };

const listenAt = (text: string): Listen => {
  const [, bracketed, plain = '', digits = ''] = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@[\]]*)):(\d{1,5})$/i.exec(text) ?? [];
  if (digits === '' || Number(digits) > lastPort) throw new InvalidArgumentError('Expected host:port, or :port.');
  return { host: bracketed ?? (plain === '' ? defaultListen.host : plain), port: Number(digits) };
};

const headerName = (text: string, before: readonly string[] | undefined): readonly string[] => {
  if (/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(text)) return [...(before ?? []), text.toLowerCase()];
  throw new InvalidArgumentError('Expected the name of a header field.');
};

const wordsTo = (io: CliIo): ClientWords => ({
  out: io.outIsTerminal ? 'inherit' : io.out,
  err: io.errIsTerminal ? 'inherit' : io.err,
});

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

const introduction = (url: string, { upstream, listen, output }: RecordFlags): string =>
  [
    `recording what ${upstream} says on ${url}, to ${output}`,
    'Keys of clients pass through and are never written.',
    ...(isLoopback(listen.host)
      ? []
      : [`Everybody who reaches ${listen.host} can ask the upstream through this; it asks for no key of its own.`]),
    '',
  ].join('\n');

const counts = (saved: number, refused: number): string => `${saved} saved, ${refused} refused`;

/** A line that is written over on a terminal; elsewhere only what was refused is told. */
class Progress {
  #saved = 0;
  #refused = 0;
  readonly #io: CliIo;
  readonly #shown: (text: string) => string;

  constructor(io: CliIo, shown: (text: string) => string) {
    this.#io = io;
    this.#shown = shown;
  }

  readonly onOutcome = (outcome: Outcome): void => {
    if (outcome.kind === 'saved') this.#saved += 1;
    else {
      this.#refused += 1;
      const { code, detail, method, path } = outcome;
      this.#io.err(`${this.#clear()}not saved: ${this.#shown(`${method} ${path}: ${code}: ${detail}`)}\n`);
    }
    if (this.#io.errIsTerminal) this.#io.err(`${this.#clear()}${counts(this.#saved, this.#refused)}`);
  };

  end(): void {
    if (this.#io.errIsTerminal) this.#io.err(this.#clear());
  }

  #clear(): string {
    return this.#io.errIsTerminal ? '\r\u001b[2K' : '';
  }
}

const unaskableText = (unaskable: number): readonly string[] =>
  unaskable === 0
    ? []
    : [`  ${unaskable} of these cannot be asked again by wireproof drift --upstream: what was redacted in the request is lost`];

const summaryOf = async ({ saved, redacted, unaskable, refused, ended }: SessionResult, output: string): Promise<string> => {
  const { refusalHints } = await import('../../record/refusal.ts');
  const all = [...refused.values()].reduce((sum, count) => sum + count, 0);
  return [
    `${counts(saved, all)}, ${counted(redacted, 'place')} redacted, in ${output}`,
    ...unaskableText(unaskable),
    ...[...refused].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, count]) => `  ${count} ${code}: ${refusalHints[code]}`),
    ...(saved === 0 && all === 0 ? ['hint: nothing came by; does the client go to the address above?'] : []),
    ...(ended === undefined ? [] : [`the command: ${ended.signal ?? `exit code ${ended.code ?? 0}`}`]),
    '',
  ].join('\n');
};

const sessionOptions = async (
  command: Command,
  { io }: CommandContext,
  flags: RecordFlags,
  progress: Progress,
): Promise<SessionOptions> => {
  const { toolAbout } = await import('../../package-root.ts');
  const { name, version } = toolAbout();
  const upstream = plainUrl(flags.upstream, 'keys come from the client');
  return {
    upstream,
    ...flags.listen,
    mostBytes: flags.maxBytes,
    idleMs: flags.idleTimeout * 1_000,
    plain: flags.plain === true,
    now: () => Date.now(),
    directory: resolve(io.cwd, flags.output),
    tool: `${name} ${version}`,
    allowed: flags.allowHeader ?? [],
    dropContent: flags.dropContent === true,
    command: command.args,
    env: io.env,
    cwd: io.cwd,
    words: wordsTo(io),
    signal: io.signal,
    onListening: (url) => io.err(introduction(url, { ...flags, upstream })),
    onOutcome: progress.onOutcome,
  };
};

export const command: CliCommand = {
  name: 'record',
  about: 'pass everything on to an upstream, and keep what it says as recordings',
  order: 5,
  examples: [
    [
      'wireproof record --upstream https://api.openai.com --output recordings',
      'until Ctrl-C; point any client at the address that is printed',
    ],
    [
      'wireproof record --upstream https://api.anthropic.com --output recordings -- node ask.mjs',
      'run this client with the base-URL variables set, and end with it',
    ],
  ],
  notes: `What is kept: status, reason, header fields in order, informational answers, chunk boundaries, delays, trailers, how the answer ended,
and the messages of WebSockets. Left out or replaced by placeholders of the same length, and listed in the file: header fields that are not on
a list, credentials, names of accounts and organisations, e-mail addresses, and with --drop-content all that was said.
Not saved, and counted: what was larger than --max-bytes, what a client left, an upstream that hung or gave no answer, HTTP/2, encoded bodies
in which something would have to be replaced, and whatever still looks like a secret. The client gets its answer all the same.
With a command, OPENAI_BASE_URL, ANTHROPIC_BASE_URL and GOOGLE_GEMINI_BASE_URL name this address.
Exit code 0: all that came by was saved. 1: something was not, nothing came by, or the command failed.`,
  declare: (command) => {
    command
      .argument('[command...]', 'a client and its arguments, behind --')
      .requiredOption('--upstream <url>', 'where everything goes', someText)
      .requiredOption('--output <dir>', 'where recordings are written', someText)
      .addOption(
        new Option('--listen <host:port>', 'where to listen').argParser(listenAt).default(defaultListen, 'any free port of 127.0.0.1'),
      )
      .option('--keep-content', 'keep what was said (the default)')
      .option('--drop-content', 'replace what was said')
      .option('--plain', 'ask the upstream for answers without content encoding')
      .option('--max-bytes <n>', 'largest body that is kept', wholeNumber(1, mostBytes), 8 * 1024 * 1024)
      .option('--idle-timeout <seconds>', 'after so long without a byte the upstream hangs', wholeNumber(1, longestSeconds), 120)
      .option('--allow-header <name>', 'a header field that is kept besides; may be repeated', headerName);
  },
  run: async (command, context) => {
    const { io } = context;
    const flags = command.opts<RecordFlags & { readonly keepContent?: true }>();
    if (flags.keepContent === true && flags.dropContent === true)
      throw new ToolError('usage', '--keep-content and --drop-content exclude each other');
    const [{ recordSession }, { printable }] = await Promise.all([
      import('../../record/record-session.ts'),
      import('../../reporters/printable.ts'),
    ]);
    const progress = new Progress(io, printable);
    const options = await sessionOptions(command, context, flags, progress);
    const result = await recordSession(options).catch((error: unknown) => {
      throw explainListenError(error, flags.listen.port);
    });
    progress.end();
    io.err(await summaryOf(result, flags.output));
    const commandFailed = result.ended !== undefined && result.ended.code !== 0;
    return result.saved > 0 && result.refused.size === 0 && !commandFailed ? 0 : 1;
  },
};
