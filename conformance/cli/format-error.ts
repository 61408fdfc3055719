import { inspect } from 'node:util';

import { CommanderError } from 'commander';

import { ToolError, type Problem } from '../errors.ts';
import type { Palette } from '../reporters/palette.ts';
import { printable, printableLines } from '../reporters/printable.ts';

const problemLines = ({ where, expected, actual, hint }: Problem): readonly string[] => [
  `  ${printable(where)}`,
  `    expected  ${printable(expected)}`,
  `    actual    ${printable(actual)}`,
  ...(hint === undefined ? [] : [`    hint      ${printable(hint)}`]),
];

const toolErrorLines = (error: ToolError, paint: Palette): readonly string[] => [
  `${paint.red('error')}: ${printableLines(error.message)}`,
  ...error.problems.flatMap(problemLines),
  ...(error.hint === undefined ? [] : [`hint: ${printable(error.hint)}`]),
];

/** Errors of other folders that are about the input: they carry problems, as ToolError does. */
const inputErrors: Readonly<Record<string, string>> = {
  DefinitionError: 'scenario files cannot be used',
  FixtureError: 'fixtures cannot be used',
  ConfigError: 'the configuration cannot be used',
  ListenError: 'the proxy cannot listen',
};

/** `where` of the proxy's problems; file and path of fixtures and scenarios. */
interface ForeignProblem {
  readonly where?: string;
  readonly file?: string;
  readonly path?: string;
  readonly expected: string;
  readonly actual: string;
  readonly hint?: string;
}

const foreignProblemLines = ({ where, file, path, ...rest }: ForeignProblem): readonly string[] =>
  problemLines({ where: where ?? [file, path].filter((part) => part !== undefined && part !== '').join(' at '), ...rest });

const inputErrorLines = (error: unknown, paint: Palette): readonly string[] | undefined => {
  if (!(error instanceof Error) || !('problems' in error) || !Array.isArray(error.problems)) return undefined;
  const problems = error.problems as readonly ForeignProblem[];
  return [`${paint.red('error')}: ${inputErrors[error.name] ?? 'the input cannot be used'}`, ...problems.flatMap(foreignProblemLines)];
};

const suggestion = /\n\((Did you mean [^]*)\)$/;

/** The parser's own words, its suggestion as the hint. */
const usageLines = (error: CommanderError, paint: Palette): readonly string[] => {
  const message = error.message.replace(/^error: /, '');
  const hint = suggestion.exec(message)?.[1] ?? 'add --help to the command to see what it takes';
  return [`${paint.red('error')}: ${printable(message.replace(suggestion, ''))}`, `hint: ${hint.replace(/^Did/, 'did')}`];
};

const unexpectedLines = (error: unknown, debug: boolean, paint: Palette): readonly string[] => [
  `${paint.red('error')}: unexpected: ${printableLines(error instanceof Error ? error.message : String(error))}`,
  ...(debug ? [] : ['This is a fault of wireproof, not of the target. Run it again with --debug to see the stack.']),
];

const stackLines = (error: unknown): readonly string[] => {
  if (error instanceof AggregateError) return error.errors.flatMap(stackLines);
  if (!(error instanceof Error)) return [];
  const causes =
    error.cause === undefined ? [] : [`caused by: ${error.cause instanceof Error ? (error.cause.stack ?? '') : inspect(error.cause)}`];
  return [error.stack ?? '', ...causes].map(printableLines);
};

const linesOf = (error: unknown, debug: boolean, paint: Palette): readonly string[] => {
  if (error instanceof AggregateError) return error.errors.flatMap((one: unknown) => linesOf(one, debug, paint));
  if (error instanceof ToolError) return toolErrorLines(error, paint);
  if (error instanceof CommanderError) return usageLines(error, paint);
  return inputErrorLines(error, paint) ?? unexpectedLines(error, debug, paint);
};

/** Every error in one form: what is wrong, each problem with place, expected and actual, what to do. A stack only with `--debug`. */
export const errorText = (error: unknown, { debug, paint }: { readonly debug: boolean; readonly paint: Palette }): string => {
  const lines = linesOf(error, debug, paint);
  return `${[...lines, ...(debug ? stackLines(error) : [])].join('\n')}\n`;
};

/** 2 unless the catalogue says otherwise. */
export const exitCodeOfError = (error: unknown): number => (error instanceof ToolError ? error.exitCode : 2);
