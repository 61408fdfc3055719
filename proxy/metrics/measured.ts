import type { UpstreamAttempt, UsageRecord } from '../usage/usage-record.ts';
import { Distributions, Tallies } from './tallies.ts';
import type { Distribution } from './tallies.ts';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** What requests add to that have the same labels: they are looked up together, and those that none of them has are not made. */
interface RequestKind {
  readonly requests: { value: number };
  readonly duration: Distribution;
  firstByte?: Distribution;
  input?: { value: number };
  output?: { value: number };
}

interface AttemptKind {
  readonly attempts: { value: number };
  readonly latency: Distribution | undefined;
}

/** A name that nobody serves is the client's invention, and there is no end of those. */
const modelOf = ({ provider, requestedModel }: UsageRecord): string => (provider === '' ? '' : requestedModel);

/**
 * What is measured of requests and upstreams, kept in numbers only: several of them change with every request, and a library that checks
 * and sorts labels each time costs more than all else that is done to count. How they are shown is prometheus.ts' affair.
 */
export class Measured {
  readonly requests = new Tallies(['dialect', 'operation', 'provider', 'model', 'outcome', 'status', 'stream']);
  readonly duration = new Distributions(['dialect', 'outcome', 'stream'], seconds);
  readonly firstByte = new Distributions(['dialect', 'stream'], seconds);
  readonly tokens = new Tallies(['provider', 'model', 'kind', 'estimated']);
  readonly fallbacks = new Tallies(['model', 'fallback']);
  readonly attempts = new Tallies(['provider', 'model', 'status', 'outcome']);
  readonly latency = new Distributions(['provider'], seconds);
  readonly parsedBodies = new Tallies([]);

  readonly #kinds = new Map<string, RequestKind>();
  readonly #attempts = new Map<string, AttemptKind>();

  counted(record: UsageRecord): void {
    const { durationMs, firstByteMs, tokens, fallbackModel } = record;
    const kind = this.#kindOf(record);
    kind.requests.value += 1;
    this.duration.observeIn(kind.duration, durationMs / 1000);
    if (firstByteMs !== undefined) {
      kind.firstByte ??= this.firstByte.cell([record.dialect, record.stream]);
      this.firstByte.observeIn(kind.firstByte, firstByteMs / 1000);
    }
    if (tokens.input > 0) (kind.input ??= this.#tokensOf(record, 'input')).value += tokens.input;
    if (tokens.output > 0) (kind.output ??= this.#tokensOf(record, 'output')).value += tokens.output;
    if (tokens.cachedInput > 0) this.#tokensOf(record, 'cached').value += tokens.cachedInput;
    if (tokens.reasoning > 0) this.#tokensOf(record, 'reasoning').value += tokens.reasoning;
    if (fallbackModel !== '') this.fallbacks.add([modelOf(record), fallbackModel]);
  }

  attemptEnded({ provider, model, status, outcome, latencyMs }: UpstreamAttempt): void {
    const key = `${provider}\n${model}\n${status}\n${outcome}`;
    const known = this.#attempts.get(key) ?? {
      attempts: this.attempts.cell([provider, model, status, outcome]),
      latency: outcome === 'abandoned' ? undefined : this.latency.cell([provider]),
    };
    this.#attempts.set(key, known);
    known.attempts.value += 1;
    if (known.latency !== undefined) this.latency.observeIn(known.latency, latencyMs / 1000);
  }

  #kindOf(record: UsageRecord): RequestKind {
    const { dialect, operation, provider, outcome, status, stream, tokens } = record;
    const model = modelOf(record);
    const key = `${dialect}\n${operation}\n${provider}\n${model}\n${outcome}\n${status}\n${stream}\n${tokens.estimated}`;
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const fresh = {
      requests: this.requests.cell([dialect, operation, provider, model, outcome, status, stream]),
      duration: this.duration.cell([dialect, outcome, stream]),
    };
    this.#kinds.set(key, fresh);
    return fresh;
  }

  #tokensOf(record: UsageRecord, kind: string): { value: number } {
    return this.tokens.cell([record.provider, modelOf(record), kind, record.tokens.estimated]);
  }
}
