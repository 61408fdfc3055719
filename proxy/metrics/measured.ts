import type { UpstreamAttempt, UsageRecord } from '../usage/usage-record.ts';
import { Distributions, Tallies } from './tallies.ts';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

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

  counted(record: UsageRecord): void {
    const { dialect, operation, provider, outcome, status, durationMs, firstByteMs, tokens, fallbackModel, stream } = record;
    // A name that nobody serves is the client's invention, and there is no end of those.
    const model = provider === '' ? '' : record.requestedModel;
    this.requests.add([dialect, operation, provider, model, outcome, status, stream]);
    this.duration.observe([dialect, outcome, stream], durationMs / 1000);
    if (firstByteMs !== undefined) this.firstByte.observe([dialect, stream], firstByteMs / 1000);
    const { estimated } = tokens;
    if (tokens.input > 0) this.tokens.add([provider, model, 'input', estimated], tokens.input);
    if (tokens.output > 0) this.tokens.add([provider, model, 'output', estimated], tokens.output);
    if (tokens.cachedInput > 0) this.tokens.add([provider, model, 'cached', estimated], tokens.cachedInput);
    if (tokens.reasoning > 0) this.tokens.add([provider, model, 'reasoning', estimated], tokens.reasoning);
    if (fallbackModel !== '') this.fallbacks.add([model, fallbackModel]);
  }

  attemptEnded({ provider, model, status, outcome, latencyMs }: UpstreamAttempt): void {
    this.attempts.add([provider, model, status, outcome]);
    if (outcome !== 'abandoned') this.latency.observe([provider], latencyMs / 1000);
  }
}
