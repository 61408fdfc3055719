import { Cron } from 'croner';

const fields = (expression: string): number => expression.trim().split(/\s+/).length;

/** What is wrong with a cron expression, in the words of the library that reads it; `undefined` when it can be read. */
export const cronProblem = (expression: string): string | undefined => {
  // What looks like a date is one for the library, and would come once.
  if (fields(expression) < 5 || fields(expression) > 6) return `it has ${fields(expression)} fields`;
  try {
    return new Cron(expression, { mode: '5-or-6-parts' }).getPattern() === undefined ? 'it is a date' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
};

export const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const mostKept = 1_000;
const kept = new Map<string, Cron>();

/** Reading an expression costs more than asking it, and a schedule is asked often. */
const cronOf = (expression: string, timezone: string): Cron => {
  const key = `${timezone} ${expression}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= mostKept) kept.clear();
  const cron = new Cron(expression, { mode: '5-or-6-parts', timezone });
  kept.set(key, cron);
  return cron;
};

/**
 * The first time after `after`, milliseconds; `undefined` when there is none. Where clocks are put forward a fixed time that is left out
 * comes right after the gap; where they are put back it comes once.
 */
export const nextCron = (expression: string, timeZone: string, after: number): number | undefined =>
  cronOf(expression, timeZone).nextRun(new Date(after))?.getTime();

/** The last time at or before `at`, milliseconds. */
export const lastCron = (expression: string, timeZone: string, at: number): number | undefined =>
  cronOf(expression, timeZone)
    .previousRuns(1, new Date(at + 1))[0]
    ?.getTime();
