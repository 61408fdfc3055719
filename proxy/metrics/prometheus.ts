import { Counter, Gauge, Registry } from 'prom-client';
import type { Metric } from 'prom-client';

import type { Measured } from './measured.ts';
import type { Distribution, Distributions, Labels, Tallies } from './tallies.ts';

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

const linesOf = (name: string, bounds: readonly number[], labels: Labels, { counts, sum }: Distribution) => {
  let below = 0;
  const buckets = [...bounds, '+Inf'].map((le, index) => ({
    metricName: `${name}_bucket`,
    labels: { le, ...labels },
    value: (below += counts[index] ?? 0),
  }));
  return [...buckets, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: below }];
};

/** Names follow Prometheus' conventions: base units, `_total` for counters. Client keys and credentials are no labels: they may be many. */
export class PrometheusMetrics {
  readonly #registry = new Registry();
  readonly #observe: () => Observed;

  constructor(measured: Measured, observe: () => Observed) {
    this.#observe = observe;
    this.#counter('requests_total', 'Client requests that have ended.', measured.requests);
    this.#histogram('request_duration_seconds', 'From the arrival of a request to the end of its answer.', measured.duration);
    this.#histogram('first_byte_seconds', 'From the arrival of a request to the first byte of its answer.', measured.firstByte);
    this.#counter('tokens_total', 'Tokens of answered requests; estimated="true" where the upstream did not count.', measured.tokens);
    this.#counter('fallbacks_total', 'Requests that another model answered.', measured.fallbacks);
    this.#counter('upstream_attempts_total', 'Requests sent to upstreams; status 0 when no answer came.', measured.attempts);
    this.#histogram('upstream_latency_seconds', "Until an upstream's answer, its stream's first event, or its refusal.", measured.latency);
    this.#counter(
      'parsed_bodies_total',
      'Requests whose body had to be parsed to be routed, because looking for its members did not show them beyond doubt.',
      measured.parsedBodies,
    );
    this.#gauge('requests_in_flight', 'Requests that are being answered.', ({ inFlight }) => inFlight);
    this.#gauge('config_revision', 'Loads of the configuration that were accepted.', ({ configRevision }) => configRevision);
    this.#gauge('config_refused', '1 when the last load was refused.', ({ configRefused }) => (configRefused ? 1 : 0));
    this.#gauge('usage_waiting', 'Counted requests not yet written.', ({ usageWaiting }) => usageWaiting);
    this.#gauge('usage_lost', 'Counted requests that can never be written.', ({ usageLost }) => usageLost);
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

  #counter(name: string, help: string, tallies: Tallies): void {
    const counter = new Counter({
      name: `wireproof_proxy_${name}`,
      help,
      labelNames: [...tallies.names],
      registers: [],
      collect() {
        this.reset();
        for (const { labels, value } of tallies.all()) this.inc(labels, value);
      },
    });
    this.#registry.registerMetric(counter);
  }

  /** The library's own histograms take one value at a time; these have been sorted already, and only its registry is asked to write them. */
  #histogram(ending: string, help: string, distributions: Distributions): void {
    const name = `wireproof_proxy_${ending}`;
    const get = () => {
      const values = distributions.all().flatMap(({ labels, distribution }) => linesOf(name, distributions.bounds, labels, distribution));
      return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values });
    };
    this.#registry.registerMetric({ name, get } as unknown as Metric);
  }

  #gauge(name: string, help: string, read: (observed: Observed) => number): void {
    const observe = this.#observe;
    const gauge = new Gauge({
      name: `wireproof_proxy_${name}`,
      help,
      registers: [],
      collect() {
        this.set(read(observe()));
      },
    });
    this.#registry.registerMetric(gauge);
  }
}
