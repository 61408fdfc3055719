import { Argument, Option } from 'commander';

import type { CliCommand } from '../command.ts';
import type { WrittenFlags } from '../history/flags.ts';
import type { HistoryTask } from '../history/run-history.ts';
import { listOf, pageRow, someText, wholeNumber } from '../values.ts';

const tasks = ['rounds', 'results', 'incidents', 'states', 'series', 'spend', 'prune', 'check'] as const satisfies readonly HistoryTask[];
export const command: CliCommand = {
  name: 'history',
  about: 'what canaries have seen: rounds, results, incidents, states, series, spending; export, prune, check',
  order: 2,
  examples: [
    ['wireproof history incidents --open', 'what is wrong now, by the wireproof.canary.yaml in this folder'],
    ['wireproof history results --history canary.db --row 9 --verdict fail --from 24h', 'failures of row 9 since yesterday'],
    ['wireproof history results --history canary.db --format ndjson --from 2026-11-01 --to 2026-12-01', 'a month, evidence and all'],
    ['wireproof history series --history canary.db --target team --from 7d --width 6h --format csv', 'latency for a spreadsheet'],
    ['WIREPROOF_HISTORY=postgres://… wireproof history spend --target team', 'what was spent, from a database with a password'],
    ['wireproof history prune --history canary.db --keep 30d', 'forget what is older; hours and days stay'],
  ],
  notes: `The history is an SQLite file or a postgres:// URL: --history, --history-env, the configuration's, or WIREPROOF_HISTORY, in that
order; else that of the wireproof.canary.yaml in this folder. One of an older version is brought to the newest schema. Newest first, series oldest first; text shows 50 lines unless --limit says
more, the other formats everything, page by page. Times are UTC. check reads all of the database, and ends with 1 where something is wrong.`,
  declare: (command) => {
    command
      .addArgument(new Argument('<what>', 'what to show or do').choices(tasks))
      .addOption(new Option('--history <file|url>', 'the SQLite file, or a postgres:// URL without a password').argParser(someText))
      .addOption(new Option('--history-env <name>', 'the variable that holds it').argParser(someText).conflicts('history'))
      .addOption(new Option('--config <file>', "a canary's configuration: its history, and its retention for prune").argParser(someText))
      .option('--target <name>', 'of this target', someText)
      .option('--scenario <id>', 'of this scenario', someText)
      .option('--location <name>', 'seen from there', someText)
      .option('--row <n>', 'of a row of the page, or of a section', pageRow)
      .option('--from <time>', 'since then: a time, or how long ago (24h)', someText)
      .option('--to <time>', 'before then', someText)
      .option('--verdict <verdict>', 'pass, fail, inconclusive …; repeatable, or a comma list', listOf(someText))
      .option('--open', 'only incidents that are open')
      .option('--width <duration>', 'of a point of a series', someText, '1h')
      .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json', 'ndjson', 'csv']).default('text'))
      .option('--limit <n>', 'so many at most', wholeNumber(1, 1_000_000_000))
      .option('--keep <duration>', 'for prune: results, evidence and closed incidents that are younger stay', someText);
  },
  run: async (command, context) => {
    const { runHistory } = await import('../history/run-history.ts');
    return runHistory(command.processedArgs[0] as HistoryTask, command.opts<WrittenFlags>(), context, Date.now());
  },
};
