import { resolve } from 'node:path';

import { InvalidArgumentError, Option, type Command } from 'commander';

import type { Recording } from '#fixtures/recordings/recording';

import type { ReplaySessionResult } from '../../record/replay-session.ts';
import { counted } from '../../reporters/words.ts';
import type { CliCommand } from '../command.ts';
import type { CliIo } from '../io.ts';
import { explainListenError } from '../port-in-use.ts';
import { someText, wholeNumber } from '../values.ts';

interface ReplayFlags {
  readonly port: number;
  readonly host: string;
  readonly speed: 'original' | 'max' | number;
  readonly match: 'strict' | 'lenient';
  readonly repeatLast?: true;
}

const lastPort = 65_535;
const fastest = 1_000;

const speedOf = (text: string): ReplayFlags['speed'] => {
  if (text === 'original' || text === 'max') return text;
  const times = Number(text);
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && times > 0 && times <= fastest) return times;
  throw new InvalidArgumentError(`Expected original, max, or how many times faster, up to ${fastest}; less than 1 is slower.`);
};

const mostListed = 30;

const listed = (lines: readonly string[]): readonly string[] =>
  lines.length <= mostListed ? lines : [...lines.slice(0, mostListed), `  … and ${lines.length - mostListed} more`];

const served = async (recordings: readonly Recording[], shown: (text: string) => string): Promise<readonly string[]> => {
  const { columnsOf } = await import('../../text-layout.ts');
  const counts = new Map<string, { readonly cells: readonly [string, string]; count: number }>();
  for (const { request, socket } of recordings) {
    const cells = [socket === undefined ? request.method : 'WebSocket', shown(request.target.replace(/\?.*$/s, ''))] as const;
    const known = counts.get(cells.join(' '));
    if (known === undefined) counts.set(cells.join(' '), { cells, count: 1 });
    else known.count += 1;
  }
  return columnsOf([...counts.values()].map(({ cells, count }) => [`  ${cells[0]}`, cells[1], `×${count}`]));
};

const speedText = (speed: ReplayFlags['speed']): string => {
  if (speed === 'original' || speed === 1) return 'delays as recorded';
  return speed === 'max' ? 'without delays' : `${speed} times as fast`;
};

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

const summaryOf = ({ played, unused, unmatched, ended }: ReplaySessionResult): string =>
  [
    `${played} played, ${counted(unmatched, 'request')} without a recording, ${counted(unused.length, 'recording')} not asked for`,
    ...listed(unused.map((id) => `  ${id}`)),
    ...(played === 0 && unmatched === 0 ? ['hint: nothing came by; does the client go to the address above?'] : []),
    ...(ended === undefined ? [] : [`the command: ${ended.signal ?? `exit code ${ended.code ?? 0}`}`]),
    '',
  ].join('\n');

const replay = async (command: Command, io: CliIo): Promise<ReplaySessionResult> => {
  const [directory = '', ...client] = command.args;
  const flags = command.opts<ReplayFlags>();
  const [{ loadRecordings }, { replaySession }, { printable, printableLines }] = await Promise.all([
    import('#fixtures/recordings/recording-file'),
    import('../../record/replay-session.ts'),
    import('../../reporters/printable.ts'),
  ]);
  const recordings = loadRecordings(resolve(io.cwd, directory));
  const list = listed(await served(recordings, printable));
  const introduction = (url: string): string =>
    [
      `replaying ${counted(recordings.length, 'recording')} of ${printable(directory)} on ${url} (${flags.match}, ${speedText(flags.speed)})`,
      ...list,
      ...(isLoopback(flags.host) ? [] : [`Everybody who reaches ${flags.host} can ask for them.`]),
      '',
    ].join('\n');
  return replaySession({
    ...flags,
    recordings,
    repeatLast: flags.repeatLast === true,
    command: client,
    env: io.env,
    cwd: io.cwd,
    words: { out: io.outIsTerminal ? 'inherit' : io.out, err: io.errIsTerminal ? 'inherit' : io.err },
    signal: io.signal,
    onListening: (url) => io.err(introduction(url)),
    onUnmatched: ({ text }) => io.err(`${printableLines(text)}\n`),
  }).catch((error: unknown) => {
    throw explainListenError(error, flags.port);
  });
};

export const command: CliCommand = {
  name: 'replay',
  about: 'recordings as an upstream, for any client or proxy',
  order: 5,
  examples: [
    ['wireproof replay recordings', 'until Ctrl-C; point any client at the address that is printed'],
    [
      'wireproof replay recordings --speed max --match lenient -- node ask.mjs',
      'run this client with the base-URL variables set, and end with it',
    ],
  ],
  notes: `Each recording is played once, in the order in which they were recorded: status line, header fields, chunks, delays, trailers and ending
as they were, and the upstream's side of WebSockets. strict: method, path, query and body as recorded; keys of JSON may come in any order, and
a placeholder of the recorder matches whatever is there. lenient: method and path, one after the other; a request with a token of wireproof gets
the recordings with that token. A request without a recording gets a 501 that says which ones came closest, and where they differ;
what the recorder would have replaced is not shown.
With a command, OPENAI_BASE_URL, ANTHROPIC_BASE_URL and GOOGLE_GEMINI_BASE_URL name this address, as they did for record.
Exit code 0: every request had its recording. 1: one had none, nothing came by, or the command failed. 2: the recordings cannot be used.`,
  declare: (command) => {
    command
      .argument('<dir>', 'a directory of recordings', someText)
      .argument('[command...]', 'a client and its arguments, behind --')
      .addOption(new Option('--port <n>', 'where to listen').argParser(wholeNumber(0, lastPort)).default(0, 'any free port'))
      .option('--host <host>', 'on which address', someText, '127.0.0.1')
      .option('--speed <speed>', 'original, max (without delays), or how many times faster', speedOf, 'original')
      .addOption(
        new Option('--match <mode>', 'how like the recorded one a request must be').choices(['strict', 'lenient']).default('strict'),
      )
      .option('--repeat-last', 'when all recordings that match were played, play the last one again');
  },
  run: async (command, { io }) => {
    const result = await replay(command, io);
    io.err(summaryOf(result));
    const commandFailed = result.ended !== undefined && result.ended.code !== 0;
    return result.played > 0 && result.unmatched === 0 && !commandFailed ? 0 : 1;
  },
};
