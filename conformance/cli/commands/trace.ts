import { InvalidArgumentError, Option, type Command } from 'commander';

import type { Address } from '../../trace/address.ts';
import type { Seen } from '../../trace/seen.ts';
import type { ClientWords } from '../../trace/started-client.ts';
import { ToolError } from '../../errors.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import { coloursFor, exitCodeOfSignal } from '../io.ts';
import { someText, wholeNumber } from '../values.ts';

interface TraceFlags {
  readonly target: string;
  readonly format: 'text' | 'json';
  readonly timeout?: number;
  readonly allow?: readonly string[];
  readonly give?: true;
  readonly letThrough?: true;
  readonly needModelCall?: true;
  readonly quiet?: true;
}

const longestSeconds = 86_400;

/** What is no URL as we want it may still hold a key: nothing of it is said again but its scheme. */
const notATarget = (why: string): ToolError =>
  new ToolError('usage', why, {
    hint: 'the address of the proxy, without user or password, for example --target http://127.0.0.1:8317',
  });

const whyNoUrl = (text: string): string => {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? [];
  if (scheme === undefined) return 'it does not begin with http:// or https://';
  return /^https?$/i.test(scheme) ? 'its host or port is none' : `its scheme is ${scheme}`;
};

const readTarget = (text: string): URL => {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw notATarget(`the target is no http or https URL: ${whyNoUrl(text)}`);
  if (url.username !== '' || url.password !== '') throw notATarget('the target names a user or a password');
  return url;
};

const place = (text: string, before: readonly string[] | undefined): readonly string[] => {
  if (/^(\[[0-9a-f:.]+\]|[^\s:/@]+)(:\d{1,5})?$/i.test(text)) return [...(before ?? []), text];
  throw new InvalidArgumentError('Expected host or host:port.');
};

const exitCodes = { 'all through': 0, bypassed: 1, 'nothing seen': 1, 'no model call': 1, 'model calls unread': 3 } as const;

const wordsTo = ({ io }: CommandContext, { format, quiet }: TraceFlags): ClientWords => {
  if (quiet === true) return { out: () => undefined, err: () => undefined };
  if (format === 'json') return { out: io.err, err: io.err };
  return { out: io.outIsTerminal ? 'inherit' : io.out, err: io.errIsTerminal ? 'inherit' : io.err };
};

const optionsOf = async (command: Command, context: CommandContext) => {
  const flags = command.opts<TraceFlags>();
  const { readAddress } = await import('../../trace/address.ts');
  const allow = (flags.allow ?? []).flatMap((text): readonly Address[] => {
    const address = readAddress(text);
    return address === undefined ? [] : [address];
  });
  const { io } = context;
  return {
    target: readTarget(flags.target),
    command: command.args,
    env: io.env,
    cwd: io.cwd,
    words: wordsTo(context, flags),
    stdin: 'inherit',
    give: flags.give === true,
    letThrough: flags.letThrough === true,
    allow,
    lookAtSockets: true,
    ...(flags.timeout !== undefined && { withinMs: flags.timeout * 1_000 }),
    signal: io.signal,
    now: () => performance.now(),
  } as const;
};

export const command: CliCommand = {
  name: 'trace',
  about: 'run a client, and show what of its traffic goes through the proxy and what past it',
  order: 5,
  examples: [
    ['wireproof trace -- node my-agent.mjs', 'does it go through the proxy at http://127.0.0.1:8317?'],
    ['wireproof trace --target https://proxy.example -- codex exec "Say ok."', 'another proxy'],
    ['wireproof trace --give -- python3 agent.py', 'the same with every base-URL variable set that it lacks'],
    [
      'wireproof trace --allow api.anthropic.com --format json -- claude -p "Say ok."',
      'one more place is fine; one JSON line for each thing seen',
    ],
  ],
  notes: `The client runs in the environment of this command, with three changes. Variables that name the target name a relay in front of it,
which sees each request. HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name a forward proxy, which sees what honours them. Node programs load a small
module by NODE_OPTIONS, which sees what they connect to. On Linux the sockets of its processes are looked at too. What is not for the target
does not leave the machine where one of the first three sees it, unless --let-through is given. Neither keys nor bodies are kept or shown.
What the client writes is passed on, beside what is told here on stderr (a client with a screen of its own: 2>trace.txt); with --format json
all of it goes to stderr. When it ends, whatever it started is ended too.
Exit code 0: everything seen went through the target. 1: something did not, or nothing was seen at all. 3: a model call is needed, and what
went through cannot be read.`,
  declare: (command) => {
    command
      .argument('<command...>', 'the client and its arguments, behind --')
      .option('--target <url>', 'where its traffic is to go', someText, 'http://127.0.0.1:8317')
      .addOption(new Option('--format <format>', 'how to print what is seen').choices(['text', 'json']).default('text'))
      .option('--timeout <seconds>', 'end the client after so long', wholeNumber(1, longestSeconds))
      .option('--allow <host[:port]>', 'a place that is no bypass; may be repeated', place)
      .option('--give', 'set the base-URL variables that the environment lacks')
      .option('--let-through', 'let out what goes past the target too')
      .option('--need-model-call', 'exit code 1 also when no model is asked through the target')
      .option('--quiet', 'do not show what the client writes');
  },
  run: async (command, context) => {
    const { io, colour } = context;
    const { format, needModelCall } = command.opts<TraceFlags>();
    const options = await optionsOf(command, context);
    const [{ traceClient }, { judgeTrace }, { seenLine, summaryText }, { paletteFor }, { safeJson }] = await Promise.all([
      import('../../trace/trace-client.ts'),
      import('../../trace/judge-trace.ts'),
      import('../../trace/trace-text.ts'),
      import('../../reporters/palette.ts'),
      import('../../reporters/printable.ts'),
    ]);
    const paint = paletteFor(coloursFor(io, io.errIsTerminal, colour));
    const onSeen = (seen: Seen): void =>
      format === 'json' ? io.out(`${safeJson({ type: 'seen', ...seen })}\n`) : io.err(`wireproof: ${seenLine(seen, paint)}\n`);
    const trace = await traceClient({ ...options, onSeen });
    const summary = judgeTrace(trace, needModelCall === true);
    const { ended, leftBehind, unkept, target, durationMs } = trace;
    if (format === 'json') io.out(`${safeJson({ type: 'summary', target, ended, leftBehind, unkept, durationMs, ...summary })}\n`);
    else io.err(summaryText(trace, summary, paint));
    if (io.signal.aborted) return exitCodeOfSignal(io.signal.reason);
    return exitCodes[summary.verdict];
  },
};
