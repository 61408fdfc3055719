import type { UpstreamAttempt, UsageRecord } from '../usage/usage-record.ts';
import { Measured } from './measured.ts';
import type { Observed, PrometheusMetrics } from './prometheus.ts';
import { MetricsByProvider } from './provider-metrics.ts';

/** Everything that is measured of requests and upstreams while the proxy runs. */
export class Metrics {
  readonly providers = new MetricsByProvider();
  readonly #measured = new Measured();
  readonly #observe: () => Observed;
  #prometheus: Promise<PrometheusMetrics> | undefined;

  constructor(observe: () => Observed) {
    this.#observe = observe;
  }

  attemptEnded(attempt: UpstreamAttempt): void {
    this.providers.attemptEnded(attempt);
    this.#measured.attemptEnded(attempt);
  }

  counted(record: UsageRecord): void {
    this.providers.counted(record);
    this.#measured.counted(record);
  }

  /** A body had to be parsed that would have been passed on as it was, if scanning it had shown what is in it. */
  bodyParsed(): void {
    this.#measured.parsedBodies.add([]);
  }

  /** In Prometheus' text format. A proxy that nobody scrapes never loads the library. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    this.#prometheus ??= import('./prometheus.ts').then((module) => new module.PrometheusMetrics(this.#measured, this.#observe));
    const prometheus = await this.#prometheus;
    return { contentType: prometheus.contentType, body: await prometheus.text() };
  }
}
