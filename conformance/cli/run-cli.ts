import { Command, CommanderError } from 'commander';

import { toolAbout } from '../package-root.ts';
import { paletteFor } from '../reporters/palette.ts';
import { exitMeaning } from '../reporters/words.ts';
import type { CliCommand } from './command.ts';
import { findCommands } from './find-commands.ts';
import { errorText, exitCodeOfError } from './format-error.ts';
import { coloursFor, exitCodeOfSignal, type CliIo } from './io.ts';
import { lazyParts, type CliParts } from './parts.ts';

const exitCodes = [
  'Exit codes',
  ...Object.entries(exitMeaning).map(([code, meaning]) => `  ${code}  ${meaning}`),
  '  130 (143)  stopped by Ctrl-C (SIGTERM); reports of what was done until then are written',
].join('\n');

const exampleText = (examples: CliCommand['examples']): string =>
  ['', 'Examples', ...examples.flatMap(([line, what]) => [`  # ${what}`, `  ${line}`])].join('\n');

const newProgram = (io: CliIo): Command =>
  new Command('wireproof')
    .description('Proves, on the wire, that an LLM API proxy works.')
    .version(toolAbout().version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--debug', 'print the stack of errors')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      // Errors are printed once, in the one form, by whoever called the parser.
      outputError: () => undefined,
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .addHelpText(
      'after',
      exampleText([
        ['wireproof run', 'the main job: reference proxy, mocked upstreams, every row with its remedies off and on'],
        ['wireproof run --target targets/portkey.yaml --arm conformance', 'judge another proxy'],
        ['wireproof explain 3', 'what row 3 of the troubleshooting page is about'],
      ]),
    )
    .addHelpText('after', `\n${exitCodes}`);

type Finish = (code: number) => void;

const addCommand = (program: Command, definition: CliCommand, io: CliIo, parts: CliParts, finish: Finish): void => {
  const command = program.command(definition.name).description(definition.about).helpOption('-h, --help', 'print this help');
  definition.declare(command);
  command.addHelpText('after', `${definition.notes === undefined ? '' : `\n${definition.notes}\n`}${exampleText(definition.examples)}`);
  command.action(async () => {
    const { color } = program.opts<{ color: boolean }>();
    finish(await definition.run(command, { io, parts, colour: color }));
  });
};

/** Help and version end the parser with an exception too; having asked for them is no error. */
const exitOfParser = (error: CommanderError): number | undefined => {
  if (error.exitCode === 0) return 0;
  return error.code === 'commander.help' ? 2 : undefined;
};

const reportError = (error: unknown, program: Command, io: CliIo): number => {
  if (error instanceof CommanderError) {
    const code = exitOfParser(error);
    if (code !== undefined) return code;
  }
  if (io.signal.aborted) {
    io.err('stopped\n');
    return exitCodeOfSignal(io.signal.reason);
  }
  const { debug = false, color } = program.opts<{ debug?: boolean; color: boolean }>();
  io.err(errorText(error, { debug, paint: paletteFor(coloursFor(io, io.errIsTerminal, color)) }));
  return exitCodeOfError(error);
};

/**
 * Runs one command line and returns its exit code (see product contract: 0, 1, 2, 3; 128 + n after a signal). Never throws.
 * @param argv what follows the program's name
 * @param parts what commands work with; tests hand in small ones
 */
export const runCli = async (argv: readonly string[], io: CliIo, parts: CliParts = lazyParts): Promise<number> => {
  const program = newProgram(io);
  let exitCode = 0;
  try {
    for (const definition of await findCommands()) {
      addCommand(program, definition, io, parts, (code) => {
        exitCode = code;
      });
    }
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error, program, io);
  }
};
