import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { UpstreamAttempt, UsageRecord } from '../usage/usage-record.ts';

/** The state of things at the moment of a scrape. */
export interface Observed {
  readonly version: string;
  readonly persona: string;
  readonly configRevision: number;
  /** Whether the last load of the configuration was refused. */
  readonly configRefused: boolean;
  readonly inFlight: number;
  readonly usageWaiting: number;
  readonly usageLost: number;
}

const requestLabels = ['dialect', 'operation', 'provider', 'model', 'outcome', 'status', 'stream'] as const;
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Names follow Prometheus' conventions: base units, `_total` for counters. Client keys and credentials are no labels: they may be many. */
export class PrometheusMetrics {
  readonly #registry = new Registry();
  readonly #observe: () => Observed;

  readonly #requests = new Counter({
    name: 'wireproof_proxy_requests_total',
    help: 'Client requests that have ended.',
    labelNames: requestLabels,
    registers: [this.#registry],
  });
  readonly #duration = new Histogram({
    name: 'wireproof_proxy_request_duration_seconds',
    help: 'From the arrival of a request to the end of its answer.',
    labelNames: ['dialect', 'outcome', 'stream'],
    buckets: seconds,
    registers: [this.#registry],
  });
  readonly #firstByte = new Histogram({
    name: 'wireproof_proxy_first_byte_seconds',
    help: 'From the arrival of a request to the first byte of its answer.',
    labelNames: ['dialect', 'stream'],
    buckets: seconds,
    registers: [this.#registry],
  });
  readonly #tokens = new Counter({
    name: 'wireproof_proxy_tokens_total',
    help: 'Tokens of answered requests; estimated="true" where the upstream did not count.',
    labelNames: ['provider', 'model', 'kind', 'estimated'],
    registers: [this.#registry],
  });
  readonly #fallbacks = new Counter({
    name: 'wireproof_proxy_fallbacks_total',
    help: 'Requests that another model answered.',
    labelNames: ['model', 'fallback'],
    registers: [this.#registry],
  });
  readonly #attempts = new Counter({
    name: 'wireproof_proxy_upstream_attempts_total',
    help: 'Requests sent to upstreams; status 0 when no answer came.',
    labelNames: ['provider', 'model', 'status', 'outcome'],
    registers: [this.#registry],
  });
  readonly #latency = new Histogram({
    name: 'wireproof_proxy_upstream_latency_seconds',
    help: "Until an upstream's answer, its stream's first event, or its refusal.",
    labelNames: ['provider'],
    buckets: seconds,
    registers: [this.#registry],
  });

  constructor(observe: () => Observed) {
    this.#observe = observe;
    this.#gauge('wireproof_proxy_requests_in_flight', 'Requests that are being answered.', ({ inFlight }) => inFlight);
    this.#gauge(
      'wireproof_proxy_config_revision',
      'Loads of the configuration that were accepted.',
      ({ configRevision }) => configRevision,
    );
    this.#gauge('wireproof_proxy_config_refused', '1 when the last load was refused.', ({ configRefused }) => (configRefused ? 1 : 0));
    this.#gauge('wireproof_proxy_usage_waiting', 'Counted requests not yet written.', ({ usageWaiting }) => usageWaiting);
    this.#gauge('wireproof_proxy_usage_lost', 'Counted requests that can never be written.', ({ usageLost }) => usageLost);
    const info = new Gauge({
      name: 'wireproof_proxy_info',
      help: 'Always 1; what runs is in the labels.',
      labelNames: ['version', 'persona'],
      registers: [this.#registry],
    });
    const { version, persona } = observe();
    info.set({ version, persona }, 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  counted(record: UsageRecord): void {
    const { dialect, operation, provider, outcome, status, durationMs, firstByteMs, tokens, fallbackModel } = record;
    const stream = String(record.stream);
    // A name that nobody serves is the client's invention, and there is no end of those.
    const model = provider === '' ? '' : record.requestedModel;
    this.#requests.inc({ dialect, operation, provider, model, outcome, status, stream });
    this.#duration.observe({ dialect, outcome, stream }, durationMs / 1000);
    if (firstByteMs !== undefined) this.#firstByte.observe({ dialect, stream }, firstByteMs / 1000);
    const estimated = String(tokens.estimated);
    for (const [kind, count] of Object.entries({
      input: tokens.input,
      output: tokens.output,
      cached: tokens.cachedInput,
      reasoning: tokens.reasoning,
    })) {
      if (count > 0) this.#tokens.inc({ provider, model, kind, estimated }, count);
    }
    if (fallbackModel !== '') this.#fallbacks.inc({ model, fallback: fallbackModel });
  }

  attemptEnded({ provider, model, status, outcome, latencyMs }: UpstreamAttempt): void {
    this.#attempts.inc({ provider, model, status, outcome });
    if (outcome !== 'abandoned') this.#latency.observe({ provider }, latencyMs / 1000);
  }

  #gauge(name: string, help: string, read: (observed: Observed) => number): void {
    const observe = this.#observe;
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read(observe()));
      },
    });
    this.#registry.registerMetric(gauge);
  }
}
