import { ToolError, type Problem } from '../errors.ts';
import { nearestHint } from '../nearest.ts';
import { loadReporter, reporterNames } from '../reporters/find-reporter.ts';
import { liveLine } from '../reporters/live-line.ts';
import type { Reporter, ReporterFactory } from '../reporters/reporter.ts';
import { coloursFor, type CliIo } from './io.ts';
import { fileProblems, type NamedOutput, namedOutputOf, withConsole } from './named-outputs.ts';
import { checkWritable, growingFile, writeWhole } from './report-file.ts';

const nameProblems = (wanted: readonly NamedOutput[]): readonly Problem[] => {
  const names = reporterNames();
  return wanted
    .filter(({ name }) => !names.includes(name))
    .map(({ name }) => ({
      where: '--reporter',
      expected: 'the name of a reporter',
      actual: `"${name}"`,
      hint: nearestHint(name, names),
    }));
};

const refuse = (problems: readonly Problem[]): void => {
  if (problems.length > 0) throw new ToolError('usage', 'the reporters cannot be used like this', { problems });
};

const sharingProblems = (onOutput: readonly ReporterFactory[]): readonly Problem[] => {
  const document = onOutput.find(({ writes }) => writes === 'document');
  if (document === undefined || onOutput.length === 1) return [];
  return [
    {
      where: '--reporter',
      expected: `standard output for ${document.name} alone`,
      actual: onOutput.map(({ name }) => name).join(' and '),
      hint: `write it to a file: --reporter ${document.name}=report.${document.extension ?? document.name}`,
    },
  ];
};

export interface ReportOutputs {
  readonly reporters: readonly Reporter[];
  /** Writes the report files; to be called once, after the run's end was reported. */
  readonly writeFiles: () => Promise<void>;
}

interface Setting {
  readonly io: CliIo;
  readonly colour: boolean;
  readonly titles: Readonly<Record<string, string>>;
}

const onOutputOf = (factory: ReporterFactory, { io, colour, titles }: Setting): Reporter => {
  const { out, columns } = io;
  // A dumb terminal cannot take back what it shows, so it gets plain lines.
  const terminal = io.outIsTerminal && io.env['TERM'] !== 'dumb';
  return factory.create({ out, terminal, columns, titles, colours: coloursFor(io, terminal, colour) });
};

/** Text for a file is kept until it is whole, unless the reporter is for those who follow the run. */
const intoFile = (
  factory: ReporterFactory,
  file: string,
  titles: Setting['titles'],
): { reporter: Reporter; write: () => Promise<void> } => {
  const into = (out: (text: string) => void): Reporter => factory.create({ out, terminal: false, colours: false, columns: 120, titles });
  if (factory.streams === true) {
    const growing = growingFile(file);
    return { reporter: into(growing.append), write: growing.end };
  }
  const parts: string[] = [];
  return { reporter: into((text) => parts.push(text)), write: () => writeWhole(file, parts.join('')) };
};

/** While a document goes to standard output, progress may stand on standard error, if a person is there to see it. */
const progressBeside = (onOutput: readonly ReporterFactory[], { io, colour }: Setting): readonly Reporter[] =>
  io.errIsTerminal && !onOutput.some(({ name }) => name === 'console')
    ? [liveLine({ out: io.err, columns: io.columns, colours: coloursFor(io, true, colour) })]
    : [];

/** Waits for all, then throws the first failure, so that one bad disk does not cost the other reports. */
const allWritten = async (writes: readonly (() => Promise<void>)[]): Promise<void> => {
  const settled = await Promise.allSettled(writes.map((write) => write()));
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
};

/** Loads the wanted reporters (`name` or `name=file`) and makes sure, before anything runs, that what they write can be written. */
export const openReports = async (texts: readonly string[], setting: Setting): Promise<ReportOutputs> => {
  const named = texts.map(namedOutputOf);
  refuse([...nameProblems(named), ...fileProblems(named, '--reporter', 'reporter')]);
  const wanted = withConsole(named);
  const loaded = await Promise.all(wanted.map(async ({ name, file }) => ({ file, factory: await loadReporter(name) })));
  const onOutput = loaded.filter(({ file }) => file === undefined).map(({ factory }) => factory);
  refuse(sharingProblems(onOutput));
  await checkWritable(wanted.flatMap(({ file }) => file ?? []));
  const filed = loaded.flatMap(({ factory, file }) => (file === undefined ? [] : [intoFile(factory, file, setting.titles)]));
  return {
    reporters: [
      ...progressBeside(onOutput, setting),
      ...onOutput.map((factory) => onOutputOf(factory, setting)),
      ...filed.map(({ reporter }) => reporter),
    ],
    writeFiles: () => allWritten(filed.map(({ write }) => write)),
  };
};
