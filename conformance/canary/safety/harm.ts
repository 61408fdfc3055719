import type { Answered } from '../../engine/request-guard.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';

/** A target that is left alone for a while. Shared among processes as a fact of the history. */
export interface Rest {
  readonly until: number;
  /** How many times in a row it was harmed: each rest is twice as long as the one before. */
  readonly times: number;
  readonly because: string;
}

export const restFact = (target: string): string => `rest:${target}`;

/** @returns `undefined` for what is no rest: nobody is left alone for ever because of a broken fact */
export const readRest = (text: string | undefined): Rest | undefined => {
  if (text === undefined) return undefined;
  try {
    const { until, times, because } = JSON.parse(text) as Partial<Rest>;
    if (typeof until !== 'number' || typeof times !== 'number' || typeof because !== 'string') return undefined;
    return { until, times, because };
  } catch {
    return undefined;
  }
};

/** How long a target asks to be left alone, from its `Retry-After`: seconds or a date. */
const retryAfterMs = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value.trim()) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};

const isTrouble = (status: number): boolean => status === 429 || status >= 500;

export interface Harm {
  readonly because: string;
  readonly retryAfterMs?: number;
}

/** Watches the answers of one round for the first sign that the target suffers. */
export interface HarmWatch {
  readonly saw: (answered: Answered, now: number) => void;
  /** Once there was a sign, for the rest of the round. */
  readonly harm: () => Harm | undefined;
}

/** @param answers so many 429 or 5xx in a row are a sign; one of them with `Retry-After` is enough */
export const watchForHarm = ({ answers }: Pick<CanaryTarget['harm'], 'answers'>): HarmWatch => {
  let inARow = 0;
  let found: Harm | undefined;
  return {
    saw: ({ status, headers }, now) => {
      if (status === 0) return;
      inARow = isTrouble(status) ? inARow + 1 : 0;
      if (found !== undefined || inARow === 0) return;
      const wait = retryAfterMs(headers['retry-after'], now);
      if (wait !== undefined)
        found = { because: `the target answered ${status} and asked to be left alone (Retry-After)`, retryAfterMs: wait };
      else if (inARow >= answers) found = { because: `${inARow} answers in a row were 429 or 5xx, the last one ${status}` };
    },
    harm: () => found,
  };
};

/**
 * Whether the target is left alone at this moment. No rest is so long that twice the bound is left of it: the clock was ahead when that one began
 * and has been put right since, and would leave the target unseen for as long as it was ahead.
 */
export const isResting = ({ until }: Rest, { backOffAtMostMs }: Pick<CanaryTarget['harm'], 'backOffAtMostMs'>, now: number): boolean =>
  until > now && until - now <= 2 * backOffAtMostMs;

/** How long the target is left alone now: twice as long as the last time, at least what it asks for, and never longer than the bound. */
export const restAfter = (
  harm: Harm,
  earlier: Rest | undefined,
  { backOffMs, backOffAtMostMs }: Pick<CanaryTarget['harm'], 'backOffMs' | 'backOffAtMostMs'>,
  now: number,
): Rest => {
  const times = (earlier?.times ?? 0) + 1;
  const doubled = backOffMs * 2 ** Math.min(times - 1, 30);
  const ms = Math.min(backOffAtMostMs, Math.max(doubled, harm.retryAfterMs ?? 0));
  return { until: now + ms, times, because: harm.because };
};
