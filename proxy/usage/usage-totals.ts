import type { UsageOutcome, UsageRecord } from './usage-record.ts';

/** Requests of one kind, summed. */
export interface UsageSum {
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** UTC, 0 to 23. */
  readonly hour: number;
  readonly client: string;
  readonly provider: string;
  /** As the client named it. */
  readonly model: string;
  readonly outcome: UsageOutcome;
  requests: number;
  attempts: number;
  input: number;
  output: number;
  cachedInput: number;
  reasoning: number;
  /** Requests whose tokens the proxy had to count by itself. */
  estimated: number;
}

export type UsageKey = Pick<UsageSum, 'day' | 'hour' | 'client' | 'provider' | 'model' | 'outcome'>;

/** More kinds than any deployment has; what comes beyond is counted under the name `other`, so that hostile model names cannot fill the memory. */
const mostKinds = 50_000;

const keyText = ({ day, hour, client, provider, model, outcome }: UsageKey): string =>
  `${day}\n${hour}\n${client}\n${provider}\n${model}\n${outcome}`;

const nothing = { requests: 0, attempts: 0, input: 0, output: 0, cachedInput: 0, reasoning: 0, estimated: 0 };

type DayAndHour = Pick<UsageKey, 'day' | 'hour'>;

const dayAndHour = (at: number): DayAndHour => {
  const text = new Date(at).toISOString();
  return { day: text.slice(0, 10), hour: Number(text.slice(11, 13)) };
};

const hourMs = 3_600_000;

const inOrder = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

const byTimeAndName = (a: UsageSum, b: UsageSum): number => inOrder(a.day, b.day) || a.hour - b.hour || inOrder(keyText(a), keyText(b));

/** Every request that was counted, by what people ask for: when, who, where, what, and how it ended. */
export class UsageTotals {
  readonly #sums = new Map<string, UsageSum>();
  readonly #mostKinds: number;

  constructor(most = mostKinds) {
    this.#mostKinds = most;
  }

  add(record: UsageRecord): void {
    const { client, provider, requestedModel, outcome, tokens, attempts, at } = record;
    // A name that nobody serves is the client's invention.
    const model = provider === '' ? '' : requestedModel;
    const { day, hour } = this.#timeOf(at);
    const sum = this.#of({ day, hour, client, provider, model, outcome });
    sum.requests += 1;
    sum.attempts += attempts;
    sum.input += tokens.input;
    sum.output += tokens.output;
    sum.cachedInput += tokens.cachedInput;
    sum.reasoning += tokens.reasoning;
    if (tokens.estimated) sum.estimated += 1;
  }

  /** Of the request before, which was nearly always made in the same hour. */
  #hours = Number.NaN;
  #time: DayAndHour = { day: '', hour: 0 };

  #timeOf(at: number): DayAndHour {
    const hours = Math.floor(at / hourMs);
    if (hours !== this.#hours) {
      this.#hours = hours;
      this.#time = dayAndHour(at);
    }
    return this.#time;
  }

  /** Adds what was summed before, by an earlier run of the proxy. */
  merge(sum: UsageSum): void {
    const known = this.#of(sum);
    known.requests += sum.requests;
    known.attempts += sum.attempts;
    known.input += sum.input;
    known.output += sum.output;
    known.cachedInput += sum.cachedInput;
    known.reasoning += sum.reasoning;
    known.estimated += sum.estimated;
  }

  /** Copies, oldest hour first, then by name. */
  sums(): readonly Readonly<UsageSum>[] {
    return [...this.#sums.values()].map((sum) => ({ ...sum })).sort(byTimeAndName);
  }

  /** Forgets days before this one (`YYYY-MM-DD`, UTC). */
  forgetBefore(day: string): void {
    for (const [key, sum] of this.#sums) if (sum.day < day) this.#sums.delete(key);
  }

  #of(exact: UsageKey): UsageSum {
    return this.#sums.get(keyText(exact)) ?? this.#fresh(exact);
  }

  #fresh({ day, hour, client, provider, model, outcome }: UsageKey): UsageSum {
    const isFull = this.#sums.size >= this.#mostKinds;
    const key: UsageKey = { day, hour, client: isFull ? 'other' : client, provider, model: isFull ? 'other' : model, outcome };
    const known = isFull ? this.#sums.get(keyText(key)) : undefined;
    if (known !== undefined) return known;
    const fresh = { ...key, ...nothing };
    this.#sums.set(keyText(key), fresh);
    return fresh;
  }
}
