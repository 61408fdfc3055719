import { join, resolve } from 'node:path';

import { Argument, type Command } from 'commander';

import type { FixtureProblem } from '#fixtures/errors';
import type { Lint } from '#fixtures/recordings/lint';
import type { FixtureView } from '#fixtures/recordings/view';

import { ToolError } from '../../errors.ts';
import { counted } from '../../reporters/words.ts';
import type { CliCommand } from '../command.ts';
import type { CliIo } from '../io.ts';

type Action = 'lint' | 'seal' | 'diff' | 'stats';
const actions: readonly Action[] = ['lint', 'seal', 'diff', 'stats'];

const printableOf = async (): Promise<(text: string) => string> => (await import('../../reporters/printable.ts')).printable;

const ownOr = async (paths: readonly string[]): Promise<readonly string[]> =>
  paths.length > 0 ? paths : [(await import('#fixtures/exchange-file')).exchangesDirectory];

const problemLines = ({ file, path, expected, actual, hint }: FixtureProblem, shown: (text: string) => string): readonly string[] => [
  shown(`${file}${path === '' ? '' : ` at ${path}`}`),
  `  expected  ${shown(expected)}`,
  `  actual    ${shown(actual)}`,
  ...(hint === undefined ? [] : [`  hint      ${shown(hint)}`]),
];

/** Each path for itself. Throws FixtureError where there is no such path, or nothing at it. */
const lintEach = async (paths: readonly string[]): Promise<Lint> => {
  const [{ lintFixtures }, { FixtureError }] = await Promise.all([import('#fixtures/recordings/lint'), import('#fixtures/errors')]);
  const each = await Promise.all(paths.map((path) => lintFixtures([path])));
  const nowhere = each.filter(({ files }) => files === 0).flatMap(({ problems }) => problems);
  if (nowhere.length > 0) throw new FixtureError(nowhere);
  return { files: each.reduce((sum, { files }) => sum + files, 0), problems: each.flatMap(({ problems }) => problems) };
};

const lint = async (paths: readonly string[], io: CliIo): Promise<number> => {
  const shown = await printableOf();
  const { files, problems } = await lintEach(await ownOr(paths));
  const lines = problems.flatMap((problem) => problemLines(problem, shown));
  io.out([...lines, `${counted(files, 'fixture')}, ${counted(problems.length, 'problem')}`, ''].join('\n'));
  return problems.length === 0 ? 0 : 1;
};

/** Everything about one of these files, also what makes another one the same. */
const problemsAbout = ({ problems }: Lint, files: readonly string[]): readonly FixtureProblem[] =>
  problems.filter(({ file, actual }) => files.some((one) => file === one || actual === `the same as ${one}`));

/** A right seal does not make a fixture right: what lint says of those that were sealed is said at once. */
const refusedOf = async (sealed: readonly string[], paths: readonly string[], io: CliIo): Promise<number> => {
  if (sealed.length === 0) return 0;
  const [shown, { lintFixtures }] = await Promise.all([printableOf(), import('#fixtures/recordings/lint')]);
  const problems = problemsAbout(await lintFixtures(paths), sealed);
  if (problems.length === 0) return 0;
  const lines = problems.flatMap((problem) => problemLines(problem, shown));
  io.out(['sealed all the same, and refused by wireproof fixtures lint:', ...lines, ''].join('\n'));
  return 1;
};

const seal = async (paths: readonly string[], io: CliIo): Promise<number> => {
  if (paths.length === 0)
    throw new ToolError('usage', 'seal what?', {
      hint: 'name the recording, or the directory whose fixtures were edited on purpose',
    });
  const [{ sealRecordings }, { sealAll }, { readViews }, { fileOf }, { isRecordingFile, recordingSuffix }] = await Promise.all([
    import('#fixtures/recordings/seal-recordings'),
    import('#fixtures/seal-all'),
    import('#fixtures/recordings/read-views'),
    import('#fixtures/exchange-file'),
    import('#fixtures/recordings/recording-file'),
  ]);
  // Says what cannot be read at all before anything is written.
  for (const path of paths) readViews(path);
  const sealed: string[] = [];
  for (const path of paths) {
    const isFile = isRecordingFile(path);
    const recordings = sealRecordings(path);
    const exchanges = isFile ? [] : await sealAll(path);
    const lines = [...exchanges, ...recordings].map((id) => `sealed ${id}`);
    io.out([...lines, ...(lines.length === 0 ? ['all seals were right'] : []), ''].join('\n'));
    sealed.push(
      ...exchanges.map((id) => fileOf(path, id)),
      ...recordings.map((id) => (isFile ? path : join(path, `${id}${recordingSuffix}`))),
    );
  }
  return refusedOf(sealed, paths, io);
};

const longestValue = 200;
const shortened = (text: string): string => (text.length > longestValue ? `${text.slice(0, longestValue)}…` : text);

const diff = async (paths: readonly string[], io: CliIo): Promise<number> => {
  const [before, after] = paths;
  if (before === undefined || after === undefined || paths.length > 2) {
    throw new ToolError('usage', 'diff takes two places', { hint: 'two recordings, or two directories' });
  }
  const [{ readViews }, { diffViews }, shown] = await Promise.all([
    import('#fixtures/recordings/read-views'),
    import('#fixtures/recordings/diff'),
    printableOf(),
  ]);
  const differences = diffViews(readViews(before), readViews(after));
  const lines = differences.flatMap(({ id, path, before: was, after: is }, index) => [
    ...(id === differences[index - 1]?.id ? [] : [shown(id)]),
    ...(was === undefined ? [] : [`  - ${shown(shortened(path === '' ? was : `${path}: ${was}`))}`]),
    ...(is === undefined ? [] : [`  + ${shown(shortened(path === '' ? is : `${path}: ${is}`))}`]),
  ]);
  io.out([...lines, counted(differences.length, 'difference'), ''].join('\n'));
  return differences.length === 0 ? 0 : 1;
};

const countsText = (counts: readonly (readonly [string, number])[]): string =>
  counts.map(([value, count]) => `${value} ×${count}`).join(', ');

const stats = async (paths: readonly string[], io: CliIo): Promise<number> => {
  const [{ readViews }, { statsOf }, { columnsOf }, shown] = await Promise.all([
    import('#fixtures/recordings/read-views'),
    import('#fixtures/recordings/stats'),
    import('../../text-layout.ts'),
    printableOf(),
  ]);
  const views: readonly FixtureView[] = (await ownOr(paths)).flatMap((path) => readViews(path));
  const rows = statsOf(views).map(({ group, count, bytes, statuses, framings, ends }) =>
    [group, String(count), String(bytes), countsText(statuses), countsText(framings), countsText(ends)].map(shown),
  );
  io.out([...columnsOf([['surface', 'count', 'bytes', 'status', 'framing', 'ends'], ...rows]), ''].join('\n'));
  return 0;
};

const perform: Readonly<Record<Action, (paths: readonly string[], io: CliIo) => Promise<number>>> = { lint, seal, diff, stats };

export const command: CliCommand = {
  name: 'fixtures',
  about: 'check, seal, compare and count exchanges and recordings',
  order: 5,
  examples: [
    ['wireproof fixtures lint recordings', 'everything that is wrong with the recordings below this directory'],
    ['wireproof fixtures seal recordings', 'after they were edited on purpose'],
    ['wireproof fixtures diff recordings new', 'what another set says otherwise; measured delays are no difference'],
    ['wireproof fixtures stats', "how many of which kind; without a directory, this package's own"],
  ],
  notes: `A fixture is an exchange (*.exchange.json) or a recording (*.recording.json).
seal seals what lint refuses, too, for example a body that does not fit its Content-Length, and says so; but nothing in which something looks
like a credential, an account or a person.
diff leaves out measured delays and where pieces end, and nothing else: Date fields, ids and times that an upstream wrote are differences.
Exit code 0: nothing is wrong, or nothing differs. 1: something is. 2: what is named cannot be read.`,
  declare: (command) => {
    command
      .addArgument(new Argument('<action>', 'what to do').choices(actions))
      .argument('[paths...]', 'recordings, or directories of fixtures');
  },
  run: async (command: Command, { io }) => {
    const [action = 'lint', ...paths] = command.args;
    return perform[action as Action](
      paths.map((path) => resolve(io.cwd, path)),
      io,
    );
  },
};
