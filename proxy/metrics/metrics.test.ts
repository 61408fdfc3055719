import { describe, expect, it } from 'vitest';

import type { UpstreamAttempt, UsageRecord } from '../usage/usage-record.ts';
import { LatencyWindow } from './latency-window.ts';
import { Metrics } from './metrics.ts';

const observed = {
  version: '1.2.3',
  persona: 'documented',
  configRevision: 4,
  configRefused: true,
  inFlight: 2,
  usageWaiting: 5,
  usageLost: 1,
};

const attempt = (more: Partial<UpstreamAttempt> = {}): UpstreamAttempt => ({
  provider: 'codex',
  credential: 'codex:1',
  model: 'up',
  status: 200,
  outcome: 'answered',
  latencyMs: 100,
  ...more,
});

const record = (more: Partial<UsageRecord> = {}): UsageRecord => ({
  id: '1',
  at: 0,
  client: 'ci',
  dialect: 'openai-chat',
  operation: 'generate',
  stream: true,
  requestedModel: 'm',
  provider: 'codex',
  credential: 'codex:1',
  upstreamModel: 'up',
  outcome: 'success',
  status: 200,
  attempts: 1,
  fallbackModel: '',
  durationMs: 1_500,
  firstByteMs: 200,
  tokens: { input: 10, output: 5, cachedInput: 3, reasoning: 0, estimated: false },
  ...more,
});

describe('metrics of providers', () => {
  it('are keyed by the real provider, and do not blame it for clients that leave', () => {
    const metrics = new Metrics(() => observed);
    for (const latencyMs of [100, 200, 300, 400]) metrics.attemptEnded(attempt({ latencyMs }));
    metrics.attemptEnded(attempt({ status: 500, outcome: 'failed' }));
    metrics.attemptEnded(attempt({ status: 0, outcome: 'abandoned' }));
    metrics.attemptEnded(attempt({ provider: 'iflow', status: 406, outcome: 'failed' }));
    metrics.counted(record());
    metrics.counted(record({ provider: '', outcome: 'failure' }));
    expect(metrics.providers.snapshot()).toEqual({
      codex: {
        request_count: 5,
        success_count: 4,
        failure_count: 1,
        total_tokens: 15,
        estimated_requests: 0,
        success_rate: 0.8,
        latency_p50_ms: 200,
        latency_p95_ms: 400,
      },
      iflow: { request_count: 1, success_count: 0, failure_count: 1, total_tokens: 0, estimated_requests: 0, success_rate: 0 },
    });
  });

  it('take percentiles of the last 1024', () => {
    const latency = new LatencyWindow();
    expect(latency.percentile(0.5)).toBeUndefined();
    for (let ms = 1; ms <= 5_000; ms += 1) latency.add(ms);
    expect([latency.percentile(0), latency.percentile(0.5), latency.percentile(1)]).toEqual([3_977, 4_488, 5_000]);
  });
});

describe('metrics for Prometheus', () => {
  it('tell what was observed before the first scrape too', async () => {
    const metrics = new Metrics(() => observed);
    metrics.attemptEnded(attempt({ status: 503, outcome: 'failed', latencyMs: 40 }));
    metrics.counted(record({ fallbackModel: 'n' }));
    metrics.counted(record({ provider: '', requestedModel: 'invented', outcome: 'failure', status: 404 }));
    metrics.bodyParsed();
    const { contentType, body } = await metrics.text();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket'));
    expect(lines.toSorted()).toEqual(
      [
        'wireproof_proxy_requests_total{dialect="openai-chat",operation="generate",provider="codex",model="m",outcome="success",status="200",stream="true"} 1',
        'wireproof_proxy_requests_total{dialect="openai-chat",operation="generate",provider="",model="",outcome="failure",status="404",stream="true"} 1',
        'wireproof_proxy_request_duration_seconds_sum{dialect="openai-chat",outcome="success",stream="true"} 1.5',
        'wireproof_proxy_request_duration_seconds_count{dialect="openai-chat",outcome="success",stream="true"} 1',
        'wireproof_proxy_request_duration_seconds_sum{dialect="openai-chat",outcome="failure",stream="true"} 1.5',
        'wireproof_proxy_request_duration_seconds_count{dialect="openai-chat",outcome="failure",stream="true"} 1',
        'wireproof_proxy_first_byte_seconds_sum{dialect="openai-chat",stream="true"} 0.4',
        'wireproof_proxy_first_byte_seconds_count{dialect="openai-chat",stream="true"} 2',
        'wireproof_proxy_tokens_total{provider="codex",model="m",kind="input",estimated="false"} 10',
        'wireproof_proxy_tokens_total{provider="codex",model="m",kind="output",estimated="false"} 5',
        'wireproof_proxy_tokens_total{provider="codex",model="m",kind="cached",estimated="false"} 3',
        'wireproof_proxy_tokens_total{provider="",model="",kind="input",estimated="false"} 10',
        'wireproof_proxy_tokens_total{provider="",model="",kind="output",estimated="false"} 5',
        'wireproof_proxy_tokens_total{provider="",model="",kind="cached",estimated="false"} 3',
        'wireproof_proxy_fallbacks_total{model="m",fallback="n"} 1',
        'wireproof_proxy_upstream_attempts_total{provider="codex",model="up",status="503",outcome="failed"} 1',
        'wireproof_proxy_upstream_latency_seconds_sum{provider="codex"} 0.04',
        'wireproof_proxy_upstream_latency_seconds_count{provider="codex"} 1',
        'wireproof_proxy_parsed_bodies_total 1',
        'wireproof_proxy_requests_in_flight 2',
        'wireproof_proxy_config_revision 4',
        'wireproof_proxy_config_refused 1',
        'wireproof_proxy_usage_waiting 5',
        'wireproof_proxy_usage_lost 1',
        'wireproof_proxy_info{version="1.2.3",persona="documented"} 1',
      ].toSorted(),
    );
  });

  it('lose nothing when they are scraped for the first time after many requests', async () => {
    const metrics = new Metrics(() => observed);
    for (let at = 0; at < 3_000; at += 1) metrics.attemptEnded(attempt());
    expect((await metrics.text()).body).toContain(
      'wireproof_proxy_upstream_attempts_total{provider="codex",model="up",status="200",outcome="answered"} 3000',
    );
  });
});
