import { resolve } from 'node:path';

import type { DriftReport } from '../../drift/drift-report.ts';
import type { BaselineItem } from '../../drift/live/baseline-item.ts';
import type { LiveOptions, LiveRun } from '../../drift/live/live-run.ts';
import { ToolError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { expectWhole } from '../former-directory.ts';
import type { CliIo } from '../io.ts';
import { plainUrl } from '../plain-url.ts';
import { openFormats } from './format-outputs.ts';

export interface LiveFlags {
  readonly baseline: string;
  readonly upstream: string;
  readonly keyEnv?: string;
  readonly samples: number;
  readonly only?: readonly string[];
  readonly threeWay?: string;
  readonly notice?: true;
  readonly budgetRequests: number;
  readonly budgetTokens: number;
  readonly budgetSeconds: number;
  readonly idleTimeout: number;
  readonly format?: readonly string[];
  readonly strict?: true;
  readonly update?: true;
}

/** The longest that one answer may take, however steadily it comes: milliseconds. */
const answerMs = 300_000;

const loadParts = async () => {
  const [
    { sampleOfRecording },
    { readSamples },
    { driftFormats },
    { readBaseline },
    { itemsOf, onlyGroups },
    { askAgain },
    { planFromRecordings },
    { judgeDrift, noticingOf, typesOf, unreadIn },
    { changeListIs, reportDrift },
  ] = await Promise.all([
    import('../../drift/sample.ts'),
    import('../../drift/read-samples.ts'),
    import('../../drift/find-format.ts'),
    import('../../drift/live/baseline-item.ts'),
    import('../../drift/live/select-items.ts'),
    import('../../drift/live/ask-again.ts'),
    import('../../drift/update/plan-update.ts'),
    import('./judge.ts'),
    import('./report-drift.ts'),
  ]);
  return {
    sampleOfRecording,
    readSamples,
    driftFormats,
    readBaseline,
    itemsOf,
    onlyGroups,
    askAgain,
    planFromRecordings,
    judgeDrift,
    noticingOf,
    typesOf,
    unreadIn,
    changeListIs,
    reportDrift,
  };
};
type Parts = Awaited<ReturnType<typeof loadParts>>;

const keyOf = ({ keyEnv }: LiveFlags, io: CliIo): string | undefined => {
  if (keyEnv === undefined) return undefined;
  const key = io.env[keyEnv]?.trim() ?? '';
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  const actual = key === '' ? 'nothing' : 'something that no header field can hold';
  throw new ToolError('missing-key', 'the key for the upstream is missing', {
    problems: [{ where: '--key-env', expected: `environment variable ${keyEnv}`, actual, hint: `export ${keyEnv}=...` }],
  });
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });

/** A line that is written over, where a person may look. */
const progressOn = (io: CliIo, shown: (text: string) => string) => {
  const clear = '\r\u001b[2K';
  return {
    onProgress: ({ done, all, now }: { done: number; all: number; now: string }): void => {
      if (io.errIsTerminal) io.err(`${clear}${done} of ${all} asked: ${shown(now)}`);
    },
    end: (): void => {
      if (io.errIsTerminal) io.err(clear);
    },
  };
};

const optionsOf = async (flags: LiveFlags, io: CliIo, upstream: string): Promise<Omit<LiveOptions, 'items' | 'onProgress'>> => {
  const { toolAbout } = await import('../../package-root.ts');
  const { name, version } = toolAbout();
  const key = keyOf(flags, io);
  const { samples, budgetRequests, budgetTokens, budgetSeconds, idleTimeout } = flags;
  return {
    upstream,
    ...(key !== undefined && { key }),
    samples,
    budget: { requests: budgetRequests, tokens: budgetTokens, seconds: budgetSeconds },
    idleMs: idleTimeout * 1_000,
    answerMs,
    signal: io.signal,
    now: () => Date.now(),
    pause,
    tool: `${name} ${version}`,
  };
};

const refuseExchanges = (items: readonly BaselineItem[]): void => {
  const exchange = items.find(({ from }) => from === 'exchange');
  if (exchange === undefined) return;
  throw new ToolError('usage', 'exchanges are written by hand: --update does not replace them by recordings', {
    problems: [{ where: '--update', expected: 'recordings', actual: `the exchange ${exchange.id}`, hint: "leave it alone by --only '!…'" }],
  });
};

const liveReport = (run: LiveRun, { upstream, samples }: Pick<LiveOptions, 'upstream' | 'samples'>): NonNullable<DriftReport['live']> => ({
  upstream,
  wanted: samples,
  requests: run.spent.requests,
  tokens: run.spent.inputTokens + run.spent.outputTokens,
  seconds: Math.round(run.spent.seconds * 1_000) / 1_000,
  ...(run.stopped !== undefined && { stopped: run.stopped }),
  gaps: run.gaps.map(({ id, samples: have, because }) => ({ id, samples: have, because })),
});

/** What never can be asked again stays in the baseline as it is; everything else must have all of its answers. */
const obstaclesOf = ({ gaps, stopped, recordings }: LiveRun): readonly string[] => [
  ...(stopped === undefined ? [] : [stopped]),
  ...gaps.filter(({ never }) => !never).map(({ id, because }) => `${id}: ${because}`),
  ...(recordings.length === 0 ? ['nothing was asked'] : []),
];

const ask = async (parts: Parts, items: readonly BaselineItem[], options: Omit<LiveOptions, 'items' | 'onProgress'>, io: CliIo) => {
  const { printable } = await import('../../reporters/printable.ts');
  const progress = progressOn(io, printable);
  try {
    return await parts.askAgain({ ...options, items, onProgress: progress.onProgress });
  } finally {
    progress.end();
  }
};

/** `wireproof drift --baseline DIR --upstream URL`: what the upstream says today. */
export const compareLive = async (flags: LiveFlags, { io }: CommandContext): Promise<number> => {
  const parts = await loadParts();
  const outputIsFor = flags.update === true ? { outputIsFor: parts.changeListIs } : {};
  const upstream = plainUrl(flags.upstream, 'the key comes from --key-env');
  const outputs = await openFormats(flags.format ?? [], { io, names: parts.driftFormats(), ...outputIsFor });
  const options = await optionsOf(flags, io, upstream);
  const baseline = resolve(io.cwd, flags.baseline);
  expectWhole(baseline, io);
  const old = parts.readSamples(baseline);
  const all = parts.readBaseline(baseline);
  const named = parts.onlyGroups(all, flags.only ?? []);
  const items = parts.itemsOf(
    all.filter(({ group }) => named(group)),
    upstream,
  );
  if (flags.update === true) refuseExchanges(items);
  const types = await parts.typesOf(flags.threeWay, io);
  const run = await ask(parts, items, options, io);
  const groups = new Set(items.map(({ group }) => group));
  const fresh = run.recordings.flatMap((recording) => parts.sampleOfRecording(recording) ?? []);
  const judging = {
    within: (group: string) => groups.has(group),
    live: liveReport(run, options),
    types,
    noticing: parts.noticingOf(flags, io),
  };
  const report = await parts.judgeDrift(old, fresh, judging);
  const updating = {
    baseline,
    replacement: () => parts.planFromRecordings(baseline, run.recordings),
    obstacles: [...obstaclesOf(run), ...parts.unreadIn(fresh)],
  };
  const setting = { io, strict: flags.strict === true, ...(flags.update === true && { updating }) };
  return parts.reportDrift(report, outputs, setting);
};
