import type { UpstreamAttempt, UsageRecord } from '../usage/usage-record.ts';
import type { Observed, PrometheusMetrics } from './prometheus.ts';
import { MetricsByProvider } from './provider-metrics.ts';

type Observation = (prometheus: PrometheusMetrics) => void;

/** Short runs never load the library; loading takes under a tenth of a second, in which the second number does not come. */
const loadAt = 1_000;
const mostWaiting = 20_000;

/** Everything that is measured of requests and upstreams while the proxy runs. */
export class Metrics {
  readonly providers = new MetricsByProvider();
  readonly #observe: () => Observed;
  #waiting: Observation[] = [];
  #loading: Promise<PrometheusMetrics> | undefined;
  #loaded: PrometheusMetrics | undefined;

  constructor(observe: () => Observed) {
    this.#observe = observe;
  }

  attemptEnded(attempt: UpstreamAttempt): void {
    this.providers.attemptEnded(attempt);
    this.#tell((prometheus) => prometheus.attemptEnded(attempt));
  }

  counted(record: UsageRecord): void {
    this.providers.counted(record);
    this.#tell((prometheus) => prometheus.counted(record));
  }

  /** In Prometheus' text format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    const prometheus = await this.#load();
    return { contentType: prometheus.contentType, body: await prometheus.text() };
  }

  #tell(observation: Observation): void {
    if (this.#loaded !== undefined) return observation(this.#loaded);
    if (this.#waiting.length < mostWaiting) this.#waiting.push(observation);
    if (this.#waiting.length === loadAt) void this.#load();
  }

  /** What was observed before the library was there is told as soon as it is. */
  #load(): Promise<PrometheusMetrics> {
    this.#loading ??= import('./prometheus.ts').then((module) => {
      const prometheus = new module.PrometheusMetrics(this.#observe);
      for (const observation of this.#waiting) observation(prometheus);
      this.#waiting = [];
      this.#loaded = prometheus;
      return prometheus;
    });
    return this.#loading;
  }
}
