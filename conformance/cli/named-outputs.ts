import type { Problem } from '../errors.ts';

/** What is to be written, and where to. */
export interface NamedOutput {
  /** Of a reporter, or of a format. */
  readonly name: string;
  /** As it was named; absent for standard output. */
  readonly file?: string;
}

/** `name` or `name=file`. */
export const namedOutputOf = (text: string): NamedOutput => {
  const cut = text.indexOf('=');
  return cut === -1 ? { name: text } : { name: text.slice(0, cut), file: text.slice(cut + 1) };
};

/**
 * Names without the file that they announce, and files that two would write.
 * @param flag as it is typed: `--reporter`
 * @param what is named: `reporter`
 */
export const fileProblems = (named: readonly NamedOutput[], flag: string, what: string): readonly Problem[] => {
  const files = named.flatMap(({ file }) => file ?? []);
  const twice = [...new Set(files.filter((file, at) => files.indexOf(file) !== at))];
  return [
    ...named
      .filter(({ file }) => file === '')
      .map(({ name }) => ({ where: flag, expected: `a file name after ${name}=`, actual: 'nothing' })),
    ...twice.map((file) => ({ where: flag, expected: `a file for each ${what}`, actual: `${file} is named twice` })),
  ];
};

/** The console stands on standard output unless something else is written there, or the console itself was sent elsewhere. */
export const withConsole = (named: readonly NamedOutput[]): readonly NamedOutput[] =>
  named.some(({ file, name }) => file === undefined || name === 'console') ? named : [{ name: 'console' }, ...named];
