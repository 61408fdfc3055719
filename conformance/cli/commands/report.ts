import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import type { CliCommand } from '../command.ts';
import { ToolError } from '../../errors.ts';
import { someText } from '../values.ts';

interface ReportOptions {
  readonly history?: string;
  readonly reporter?: string;
  readonly title: string;
}

/** `html=DIR` */
const folderOf = (reporter: string | undefined): string => {
  const folder = reporter?.startsWith('html=') === true ? reporter.slice('html='.length) : '';
  if (folder !== '') return folder;
  throw new ToolError('usage', 'where the pages go is missing', {
    problems: [{ where: '--reporter', expected: 'html=DIR', actual: reporter === undefined ? 'nothing' : `"${reporter}"` }],
    hint: 'wireproof report --history canary.db --reporter html=status-page',
  });
};

const locationOf = (given: string | undefined, env: Readonly<Record<string, string | undefined>>): string => {
  const location = given ?? env['WIREPROOF_HISTORY'] ?? '';
  if (location !== '') return location;
  throw new ToolError('usage', 'which history is missing', {
    problems: [{ where: '--history', expected: 'a history file', actual: 'nothing' }],
    hint: 'a database with a password is better named by the variable WIREPROOF_HISTORY',
  });
};

/** A report makes no history: a path that was mistyped must not become an empty one. */
const mustExist = (file: string): void => {
  if (existsSync(file)) return;
  throw new ToolError('history-unusable', 'there is no such history', {
    problems: [{ where: file, expected: 'a history that a canary has written', actual: 'no such file' }],
  });
};

export const command: CliCommand = {
  name: 'report',
  about: 'the status page of a history as a folder of files, for CI artefacts',
  order: 9,
  examples: [
    ['wireproof report --history canary.db --reporter html=status-page', 'open status-page/index.html'],
    ['WIREPROOF_HISTORY=postgres://… wireproof report --reporter html=status-page', 'of a shared history'],
  ],
  notes:
    'The pages need no server, no script and no network. The folder must be empty or one that this command wrote; it is replaced as a whole.\nThe newest incidents, rounds and results of each target are in it; older ones stay in the history.',
  declare: (command) => {
    command
      .option('--history <file-or-url>', 'an SQLite file or a postgres:// URL; $WIREPROOF_HISTORY by default', someText)
      .option('--reporter <html=dir>', 'the folder to write', someText)
      .option('--title <text>', 'what the page is called', someText, 'wireproof');
  },
  run: async (command, { io, parts }) => {
    const options = command.opts<ReportOptions>();
    const folder = resolve(io.cwd, folderOf(options.reporter));
    const location = locationOf(options.history, io.env);
    const [{ openHistory }, { isPostgresUrl }, { writeExport }, { watchedOfHistory }] = await Promise.all([
      import('../../history/open-history.ts'),
      import('../../history/history-error.ts'),
      import('../../status-page/export/write-export.ts'),
      import('../../status-page/watched.ts'),
    ]);
    const place = isPostgresUrl(location) ? location : resolve(io.cwd, location);
    if (!isPostgresUrl(location)) mustExist(place);
    const history = await openHistory(place);
    try {
      const watched = watchedOfHistory(options.title, await history.states(), await parts.loadScenarios());
      const { files } = await writeExport({ history, watched, now: Date.now() }, folder);
      io.out(`${files} pages written; begin with ${folder}/index.html\n`);
      return 0;
    } finally {
      await history.close();
    }
  },
};
