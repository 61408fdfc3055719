import { Option, type Command } from 'commander';

import type { CliCommand } from '../command.ts';
import { repeatedText, someText, wholeNumber } from '../values.ts';

const lastPort = 65_535;

const declare = (command: Command): void => {
  command
    .option(
      '--config <file>',
      'what to watch, how often, and for how much (default: wireproof.canary.yaml or wireproof.config.ts)',
      someText,
    )
    .addOption(new Option('--once', 'one round of each target, a summary, and an end: for cron, CI and CronJobs').conflicts('worker'))
    .addOption(
      new Option('--dry-run', 'tells the coming 24 hours and what they cost at worst; sends nothing').conflicts(['once', 'worker']),
    )
    .addOption(new Option('--format <format>', 'of a dry run').choices(['text', 'json']).default('text'))
    .option('--worker', 'takes due rounds from a queue that all workers on one PostgreSQL history share')
    .option('--location <name>', 'from where this canary looks, over what the file says', someText)
    .option('--target <glob>', 'only targets whose name matches; repeatable', repeatedText)
    .option('--no-serve', 'no status page, metrics and control')
    .option('--port <n>', 'where they are served, over what the file says; 0: a free one', wholeNumber(0, lastPort));
};

export const command: CliCommand = {
  name: 'canary',
  about: 'watch live deployments with the same scenarios, within budgets, and tell when something breaks',
  order: 2,
  examples: [
    ['wireproof canary', 'goes on until it is stopped; status page, metrics and control where the file says'],
    ['wireproof canary --dry-run', 'which probe runs when in the next 24 hours, and the worst-case cost'],
    ['wireproof canary --config examples/canary.yaml --once', 'one round of each target; 0 if all is well'],
    ['wireproof canary --worker --location fra1', 'one of several machines on one PostgreSQL history'],
  ],
  notes: `What it promises to the targets:
- The worst case of a round (requests, tokens both ways, seconds, money) is reserved in the ceilings of round, hour and
  day before anything is sent; what does not fit is not sent. All processes on one history share the ceilings.
- At most in-flight requests at a time, each exactly once: what fails is asked again by a scheduled re-check.
- A burst of 429 or 5xx, or a Retry-After, ends the round; the target is left alone, each time longer.
- Nothing is sent while the pause file exists, or after POST /-/pause.
- What changes something, or could have the caller banned, never runs unless the file allows it by name.
- Each request says who asks: User-Agent wireproof/VERSION (+link). Keys come from variables or files, and are shown nowhere.
- When the canary itself is offline, it says so and blames no target.

Control: GET /-/healthy, /-/ready; POST /-/pause, /-/resume, /-/reload. On a loopback address without a token, elsewhere
with Authorization: Bearer. A changed file, SIGHUP and /-/reload put a valid new configuration in force between rounds.
SIGTERM begins no new round, and gives those under way ten seconds.
--once ends in 0: all well; 1: something fails that no baseline covers; 2: configuration or history cannot be used;
3: not everything could be judged.`,
  declare,
  run: async (command, context) => {
    const { runCanary } = await import('../canary-run.ts');
    return runCanary(command.opts(), context);
  },
};
