import { Option, type Command } from 'commander';

import type { TriageQuestion } from '../../triage/question.ts';
import type { TriageOptions } from '../../triage/triage.ts';
import { paletteFor } from '../../reporters/palette.ts';
import { printable } from '../../reporters/printable.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import { coloursFor, exitCodeOfSignal, type CliIo } from '../io.ts';
import { repeatedText, someText, wholeNumber } from '../values.ts';

interface TriageFlags {
  readonly profile?: string;
  readonly direct?: string;
  readonly model?: readonly string[];
  /** `false` with `--no-tokens`. */
  readonly tokens?: number | false;
  readonly confirm?: true;
  readonly format: 'text' | 'json';
}

const mostTokens = 100_000;
const clearLine = '\r\x1b[2K';

const limitsOf = ({ tokens }: TriageFlags): { readonly limits?: { readonly tokens: number } } => {
  if (tokens === undefined) return {};
  return { limits: { tokens: tokens === false ? 0 : tokens } };
};

/** One line that is rewritten, on a terminal only. */
const liveLine = (io: CliIo): Pick<TriageOptions, 'onAsking'> =>
  io.errIsTerminal
    ? {
        onAsking: ({ id, wants }: TriageQuestion) => {
          io.err(`${clearLine}${printable(`${id}: ${wants}`).slice(0, Math.max(0, io.columns - 1))}`);
        },
      }
    : {};

const optionsOf = async (command: Command, io: CliIo): Promise<TriageOptions> => {
  const flags = command.opts<TriageFlags>();
  const { resolveProfile } = await import('../../profiles/profile.ts');
  const { checkedKey } = await import('../../targets/url-target.ts');
  const key = checkedKey(io.env['WIREPROOF_KEY']?.trim() ?? '');
  return {
    url: command.args[0] ?? '',
    signal: io.signal,
    ...(key !== '' && { key }),
    ...(flags.profile !== undefined && { profile: await resolveProfile(flags.profile, io.cwd) }),
    ...(flags.direct !== undefined && { direct: flags.direct }),
    ...(flags.model !== undefined && { models: flags.model }),
    ...limitsOf(flags),
    ...liveLine(io),
  };
};

const run = async (command: Command, { io, colour, parts }: CommandContext): Promise<number> => {
  const { format, confirm = false, profile } = command.opts<TriageFlags>();
  const [
    { triage, triageLimits },
    { confirmationText, priceText, triageText },
    { triageJson },
    { exitCodeOf },
    { safeJson },
    { checkedUrl },
    { checkConfirm, confirmRows, mostConfirmingRequests },
  ] = await Promise.all([
    import('../../triage/triage.ts'),
    import('../triage-text.ts'),
    import('../../triage/triage-json.ts'),
    import('../../triage/verdict.ts'),
    import('../../reporters/printable.ts'),
    import('../../targets/url-target.ts'),
    import('../confirm-rows.ts'),
  ]);
  checkConfirm(confirm, profile);
  const options = await optionsOf(command, io);
  const more = confirm ? ` Then at most ${mostConfirmingRequests} requests of canaries, with the tokens that are left.` : '';
  io.err(`${priceText({ ...triageLimits, ...options.limits }, checkedUrl(options.url))}${more}\n`);
  const found = await triage(options);
  if (io.errIsTerminal) io.err(clearLine);
  const confirmed = confirm && profile !== undefined ? await confirmRows(found, profile, parts, io) : undefined;
  const paint = paletteFor(coloursFor(io, io.outIsTerminal, colour));
  if (format === 'json') io.out(`${safeJson({ ...triageJson(found), ...(confirmed !== undefined && { canaries: confirmed }) }, 2)}\n`);
  else io.out(`${triageText(found, paint, io.columns)}${confirmed === undefined ? '' : confirmationText(confirmed, paint)}`);
  if (!io.signal.aborted) return exitCodeOf(found.verdict);
  io.err(`stopped by ${String(io.signal.reason)}\n`);
  return exitCodeOfSignal(io.signal.reason);
};

export const command: CliCommand = {
  name: 'triage',
  about: 'ask a running proxy what the page’s checklists ask, and name the row it is in',
  order: 3,
  examples: [
    ['wireproof triage http://127.0.0.1:8317', 'health, key, models, providers, streams; the key is read from WIREPROOF_KEY'],
    ['wireproof triage https://llm.example --direct http://10.0.0.7:8317', 'also past the reverse proxy: which hop holds streams back'],
    ['wireproof triage http://127.0.0.1:8317 --model team/gpt-5.4', 'a model that callers miss'],
    ['wireproof triage http://127.0.0.1:8317 --no-tokens', 'nothing that could be answered by generating'],
    ['wireproof triage http://127.0.0.1:8317 --format json | jq .named', 'for machines: wireproof.triage/v1'],
  ],
  notes: `At most 60 requests, one after the other, and 2,500 tokens by what the answers tell: one question with room for 16 tokens to
each provider and account that the list shows, and one stream of 32. A refused key is never shown again, the management API is asked
once, without a key and where no attempt is counted. Exit codes: 0 healthy, 1 something is named, 2 usage, 3 unreachable or not to
be judged. --profile says which models callers use, so that missing ones are found. --confirm then runs the canaries of the rows that were named;
run --arm canary --row N judges a row in full.`,
  declare: (command) => {
    command
      .argument('<url>', 'where callers reach the proxy, with the path before /v1 if there is one', someText)
      .option('--profile <name|file>', 'which models it should have and what it claims (see discover)', someText)
      .option('--direct <url>', 'the address of the proxy itself, behind a reverse proxy', someText)
      .option('--model <name>', 'a model that callers ask for; repeatable', repeatedText)
      .option('--tokens <n>', 'end at so many tokens (default: 2000)', wholeNumber(0, mostTokens))
      .option('--no-tokens', 'ask nothing that could be answered by generating')
      .option('--confirm', 'then run the canaries of what was named, with the tokens that are left')
      .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'));
  },
  run,
};
