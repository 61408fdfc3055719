import type { Command } from 'commander';

import { driftFormats } from '../../drift/find-format.ts';
import { type Problem, ToolError } from '../../errors.ts';
import type { CliCommand } from '../command.ts';
import type { DirectoryFlags } from '../drift/directories.ts';
import type { LiveFlags } from '../drift/live.ts';
import { repeatedText, someText, wholeNumber } from '../values.ts';

type DriftFlags = Partial<DirectoryFlags & LiveFlags> & { readonly sdk?: string };

/** What is asked when nobody said otherwise. */
const liveDefaults = { samples: 3, budgetRequests: 200, budgetTokens: 100_000, budgetSeconds: 600, idleTimeout: 60 } as const;

const mostSamples = 20;
const longestSeconds = 86_400;
const count = wholeNumber(1, 1_000_000_000);

const unclear = (problems: readonly Problem[]): ToolError => new ToolError('usage', 'what is compared is not clear', { problems });

/** Flags that say something only beside `--upstream`. */
const onlyLive = ['keyEnv', 'samples', 'budgetRequests', 'budgetTokens', 'budgetSeconds', 'idleTimeout'] as const;

/** Flags that say nothing beside `--sdk`. */
const besideSdk = ['baseline', 'against', 'upstream', 'only', 'strict', 'update', 'threeWay', 'notice', ...onlyLive] as const;

const given = (flags: DriftFlags, names: readonly (keyof DriftFlags)[]): readonly string[] =>
  names.filter((name) => flags[name] !== undefined).map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);

const refuseBeside = (where: string, expected: string, names: readonly string[]): void => {
  if (names.length > 0) throw unclear([{ where, expected, actual: names.join(', ') }]);
};

type Way = { readonly baseline: string } & ({ readonly upstream: string } | { readonly against: string });

const wayOf = ({ baseline, upstream, against }: DriftFlags): Way => {
  if (baseline === undefined)
    throw unclear([{ where: '--baseline', expected: 'a directory of exchanges or recordings, or --sdk PACKAGE@X..Y', actual: 'nothing' }]);
  if (upstream !== undefined && against === undefined) return { baseline, upstream };
  if (against !== undefined && upstream === undefined) return { baseline, against };
  const actual = upstream === undefined ? 'nothing' : 'both';
  throw unclear([{ where: '--baseline', expected: 'one of --upstream URL and --against DIR beside it', actual }]);
};

const declare = (command: Command): void => {
  const { samples, budgetRequests, budgetTokens, budgetSeconds, idleTimeout } = liveDefaults;
  command
    .option('--baseline <dir>', 'sealed recordings or exchanges', someText)
    .option('--upstream <url>', 'ask it again what the baseline asked, now', someText)
    .option('--key-env <name>', 'the environment variable with its key', someText)
    .option('--samples <n>', `answers to each request (default: ${samples})`, wholeNumber(1, mostSamples))
    .option('--budget-requests <n>', `hard ceiling of requests (default: ${budgetRequests})`, count)
    .option('--budget-tokens <n>', `hard ceiling of input and output tokens (default: ${budgetTokens})`, count)
    .option('--budget-seconds <n>', `hard ceiling of wall time (default: ${budgetSeconds})`, count)
    .option('--idle-timeout <seconds>', `after so long without a byte it hangs (default: ${idleTimeout})`, wholeNumber(1, longestSeconds))
    .option('--against <dir>', 'compare with these newer ones instead', someText)
    .option('--only <glob>', "these ids of the baseline; '!glob' leaves some alone; repeatable", repeatedText)
    .option('--three-way <package@x>', 'what the types of this SDK say to each change: who moved', someText)
    .option('--notice', 'run the scenarios that play such answers, and name the first that notices')
    .option('--update', 'what is new becomes the baseline; prints the list of changes')
    .option('--sdk <package@x..y>', 'two released versions of an SDK instead', someText)
    .option('--format <name[=file]>', 'see below; repeatable (default: console)', repeatedText)
    .option('--strict', 'what is new fails, too');
};

export const command: CliCommand = {
  name: 'drift',
  about: 'what upstreams, or the types of their SDKs, say otherwise than before, with a severity',
  order: 5,
  examples: [
    [
      'wireproof drift --baseline recordings --upstream https://api.openai.com --key-env OPENAI_API_KEY',
      'ask again what was recorded, and what changed, the worst first',
    ],
    ['wireproof drift --baseline recordings --against recordings-of-today --format json=drift.json', 'two directories; stable change ids'],
    [
      'wireproof drift --baseline recordings --upstream https://api.openai.com --key-env OPENAI_API_KEY --update > message',
      'record again, seal, and what to tell in the commit',
    ],
    ['wireproof drift --baseline recordings --against new --three-way openai@6.49.0', 'whether the upstream or the SDK moved'],
    ['wireproof drift --sdk openai@6.48.0..6.49.0', 'what changed in the types that our wire schemas cover'],
  ],
  notes: `Exchanges and recordings are compared by their ids; what is called x.again-1, x.again-2 … are more answers to what x asked, and what
these differ in is taken for chance.
With --upstream the recorded requests are asked again, one at a time, as record would: redacted, and refused where a secret is left. The key
goes where the recording had one, else where the vendor wants it; it is never written and never printed. Not asked, and listed: WebSockets,
requests with something redacted in them, answers of 429 and 5xx (of the moment) and of 401 and 403 (about a key), requests that change
something or name what the upstream kept. 429 and 5xx are asked again up to three times, after Retry-After if it fits into the budget. With
recordings of several upstreams, only those of this one are asked.
--update replaces the recordings of all requests that have new answers, all files or none, and prints a message for the commit instead of
the console. It changes nothing when some request should have an answer and has none (exit code 3), or when wireproof fixtures lint would
refuse the new baseline (exit code 2), and keeps what never can be asked again.
--sdk and --three-way know openai, @anthropic-ai/sdk and @google/genai. These and a compiler come from the npm registry, once, into
WIREPROOF_CACHE; nothing of them is run. What the types of --three-way allowed before and do not allow now breaks.
--notice runs those scenarios against the reference proxy, with the former answer and with the new one, which takes some seconds for each
answer; of the worst changes, four answers are tried. Without it, a scenario is named that plays such an answer.
Formats: ${driftFormats().join(', ')}; console and json for --sdk. One without =FILE writes to standard output; the console is there unless
another one is.
Exit code 0: nothing, or nothing that matters; with --update: it is written. 1: something breaks; with --strict also where something is
new. 2: what is named cannot be read, the key is missing or refused. 3: something of the baseline could not be compared, a ceiling was
reached, or the registry cannot be reached.`,
  declare,
  run: async (command, context) => {
    const flags = command.opts<DriftFlags>();
    if (flags.sdk !== undefined) {
      refuseBeside('--sdk', 'no other flag than --format', given(flags, besideSdk));
      return (await import('../drift/sdk-watch.ts')).watchSdk(flags.sdk, flags.format ?? [], context);
    }
    const way = wayOf(flags);
    if ('upstream' in way) return (await import('../drift/live.ts')).compareLive({ ...liveDefaults, ...flags, ...way }, context);
    refuseBeside('--against', '--upstream for these flags', given(flags, onlyLive));
    return (await import('../drift/directories.ts')).compareDirectories({ ...flags, ...way }, context);
  },
};
