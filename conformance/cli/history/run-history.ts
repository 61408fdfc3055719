/** `wireproof history`: tables are read page by page and written as they come. */
import { defaultRetention } from '../../canary/config/defaults.ts';
import { ToolError } from '../../errors.ts';
import { historyError } from '../../history/history-error.ts';
import { openHistory, type HistoryDatabase } from '../../history/open-history.ts';
import type { Retention } from '../../history/store.ts';
import type { CommandContext } from '../command.ts';
import { exitCodeOfSignal, type CliIo } from '../io.ts';
import { printable } from '../../reporters/printable.ts';
import { readFlags, type HistoryFlags, type WrittenFlags } from './flags.ts';
import { historyWriter } from './formats.ts';
import { findHistory, type FoundHistory } from './location.ts';
import { historyTables, type HistoryQuestion, type HistoryTable, type HistoryTableName } from './tables.ts';

/** Rows that are in memory at once. */
const pageRows = 500;
/** On a screen; files get all. */
const textRows = 50;

const questionOf = (flags: HistoryFlags, now: number): HistoryQuestion => {
  const { target, scenario, location, row, from, to, verdict, open, width } = flags;
  return {
    now,
    widthMs: width,
    ...(target !== undefined && { target }),
    ...(scenario !== undefined && { scenario }),
    ...(location !== undefined && { location }),
    ...(row !== undefined && { row }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(verdict !== undefined && { verdicts: verdict }),
    ...(open !== undefined && { open }),
  };
};

const writeTable = async (store: HistoryDatabase, table: HistoryTable, flags: HistoryFlags, io: CliIo, now: number): Promise<number> => {
  const limit = flags.limit ?? (flags.format === 'text' ? textRows : Number.POSITIVE_INFINITY);
  const writer = historyWriter(flags.format, table, io.out);
  const question = questionOf(flags, now);
  let last: unknown;
  let written = 0;
  while (written < limit && !io.signal.aborted) {
    const wanted = Math.min(pageRows, limit - written);
    const page = (await table.page(store, question, wanted, last)).slice(0, limit - written);
    writer.page(page);
    written += page.length;
    last = page.at(-1);
    if (page.length === 0) break;
  }
  writer.end();
  if (flags.limit === undefined && written === limit) io.err(`the newest ${limit}; --limit gives more, --format csv all\n`);
  return io.signal.aborted ? exitCodeOfSignal(io.signal.reason) : 0;
};

const check = async (store: HistoryDatabase, io: CliIo): Promise<number> => {
  const problems = await store.check();
  io.out(problems.length === 0 ? `${store.kind}: nothing is wrong\n` : problems.map((problem) => `${printable(problem)}\n`).join(''));
  return problems.length === 0 ? 0 : 1;
};

const retentionOf = ({ keep }: HistoryFlags, { plan }: FoundHistory): Retention => {
  if (keep !== undefined) return { ...defaultRetention, resultsMs: keep, evidenceMs: keep, incidentsMs: keep };
  if (plan !== undefined) return plan.retention;
  throw new ToolError('usage', 'how long is the history kept?', { hint: 'give --keep 30d, or --config FILE for what it says' });
};

const prune = async (store: HistoryDatabase, keep: Retention, io: CliIo, now: number): Promise<number> => {
  const { results, rounds, incidents } = await store.prune(now, keep);
  io.out(`${results} results (their hours and days are kept), ${rounds} rounds and ${incidents} incidents are gone\n`);
  return 0;
};

export type HistoryTask = HistoryTableName | 'prune' | 'check';

/** @param now milliseconds since the epoch */
export const runHistory = async (task: HistoryTask, written: WrittenFlags, { io }: CommandContext, now: number): Promise<number> => {
  const flags = readFlags(written, now);
  if (task === 'series' && flags.target === undefined)
    throw new ToolError('usage', 'a series is of one target', { hint: 'give --target NAME' });
  const found = await findHistory(flags, io);
  const keep = task === 'prune' ? retentionOf(flags, found) : defaultRetention;
  const store = await openHistory(found.location);
  try {
    if (task === 'check') return await check(store, io);
    if (task === 'prune') return await prune(store, keep, io, now);
    return await writeTable(store, historyTables[task], flags, io, now);
  } catch (error) {
    throw historyError(found.location, error);
  } finally {
    await store.close();
  }
};
