import type { UpstreamAttempt, UsageRecord } from '../usage/usage-record.ts';
import { LatencyWindow } from './latency-window.ts';

/** One provider in `GET /v1/metrics/providers`; field names are those of the troubleshooting page's product (sheet 1.7). */
export interface ProviderMetrics {
  readonly request_count: number;
  readonly success_count: number;
  readonly failure_count: number;
  readonly total_tokens: number;
  /** (ours) Requests whose tokens the proxy estimated, because the provider told none. */
  readonly estimated_requests: number;
  /** 0 to 1; 1 before the first request. */
  readonly success_rate: number;
  /** Milliseconds until an answer, or a stream's first event; of the last 1024 requests. Absent before the first. */
  readonly latency_p50_ms?: number;
  readonly latency_p95_ms?: number;
}

interface Counts {
  answered: number;
  failed: number;
  tokens: number;
  estimated: number;
  readonly latency: LatencyWindow;
}

/**
 * What was asked of each provider since the start. Keyed by the real provider, where the page's product shows the first word of the
 * client's key (sheet 1.7); requests that the proxy refused by itself are nobody's failure.
 */
export class MetricsByProvider {
  readonly #counts = new Map<string, Counts>();

  attemptEnded({ provider, outcome, latencyMs }: UpstreamAttempt): void {
    if (outcome === 'abandoned') return;
    const counts = this.#of(provider);
    if (outcome === 'answered') {
      counts.answered += 1;
      counts.latency.add(latencyMs);
    } else counts.failed += 1;
  }

  counted({ provider, tokens }: UsageRecord): void {
    if (provider === '') return;
    const counts = this.#of(provider);
    counts.tokens += tokens.input + tokens.output;
    if (tokens.estimated) counts.estimated += 1;
  }

  /** Providers in the order in which they were first asked; names come from the configuration, so the table stays small. */
  snapshot(): Readonly<Record<string, ProviderMetrics>> {
    return Object.fromEntries([...this.#counts].map(([provider, counts]) => [provider, metricsOf(counts)]));
  }

  #of(provider: string): Counts {
    const known = this.#counts.get(provider);
    if (known !== undefined) return known;
    const fresh = { answered: 0, failed: 0, tokens: 0, estimated: 0, latency: new LatencyWindow() };
    this.#counts.set(provider, fresh);
    return fresh;
  }
}

const metricsOf = ({ answered, failed, tokens, estimated, latency }: Counts): ProviderMetrics => {
  const p50 = latency.percentile(0.5);
  const p95 = latency.percentile(0.95);
  return {
    request_count: answered + failed,
    success_count: answered,
    failure_count: failed,
    total_tokens: tokens,
    estimated_requests: estimated,
    success_rate: answered + failed === 0 ? 1 : answered / (answered + failed),
    ...(p50 !== undefined && { latency_p50_ms: p50 }),
    ...(p95 !== undefined && { latency_p95_ms: p95 }),
  };
};
