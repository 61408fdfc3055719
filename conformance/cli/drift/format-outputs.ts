import { resolve } from 'node:path';

import { type Problem, ToolError } from '../../errors.ts';
import { slipHint } from '../../nearest.ts';
import type { CliIo } from '../io.ts';
import { fileProblems, type NamedOutput, namedOutputOf, withConsole } from '../named-outputs.ts';
import { checkWritable, writeWhole } from '../report-file.ts';

/** All names are what was expected; the hint does not list them again. */
const nameProblem = ({ name }: NamedOutput, names: readonly string[]): readonly Problem[] => {
  if (names.includes(name)) return [];
  const hint = slipHint(name, names);
  return [{ where: '--format', expected: names.join(', '), actual: JSON.stringify(name), ...(hint !== undefined && { hint }) }];
};

export interface FormatSetting {
  readonly io: CliIo;
  /** All formats there are. */
  readonly names: readonly string[];
  /** What standard output is kept for, where no format may stand there: `the change list`. */
  readonly outputIsFor?: string;
}

const sharingProblems = (wanted: readonly NamedOutput[], outputIsFor: string | undefined): readonly Problem[] => {
  const onOutput = wanted.filter(({ file }) => file === undefined).map(({ name }) => name);
  if (onOutput.length <= (outputIsFor === undefined ? 1 : 0)) return [];
  const [name = ''] = onOutput.filter((one) => one !== 'console');
  const hint = `write it to a file: --format ${name}=drift.${name}`;
  return [
    {
      where: '--format',
      expected: `standard output for ${outputIsFor ?? 'one format'}`,
      actual: onOutput.join(' and '),
      ...(name !== '' && { hint }),
    },
  ];
};

export interface FormatOutputs {
  /** Writes every format to its place, files first: to be called once. */
  readonly write: (render: (format: string) => Promise<string>) => Promise<void>;
}

/**
 * Where a report goes, in which formats; files are found writable before anything is asked.
 * @throws ToolError `usage` with every problem, or `report-unwritable`
 */
export const openFormats = async (texts: readonly string[], { io, names, outputIsFor }: FormatSetting): Promise<FormatOutputs> => {
  const named = texts.map(namedOutputOf);
  const problems = [
    ...named.flatMap((one) => nameProblem(one, names)),
    ...fileProblems(named, '--format', 'format'),
    ...sharingProblems(named, outputIsFor),
  ];
  if (problems.length > 0) throw new ToolError('usage', 'the formats cannot be used like this', { problems });
  const wanted = outputIsFor === undefined ? withConsole(named) : named;
  const filed = wanted.flatMap(({ name, file }) => (file === undefined ? [] : [{ name, file: resolve(io.cwd, file) }]));
  await checkWritable(filed.map(({ file }) => file));
  return {
    write: async (render) => {
      for (const { name, file } of filed) await writeWhole(file, await render(name));
      for (const { name, file } of wanted) if (file === undefined) io.out(await render(name));
    },
  };
};
